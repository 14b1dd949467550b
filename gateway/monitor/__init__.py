"""What other systems are shown of the gateway, by a process that no alert needs: figures at
`/metrics`, for Prometheus.
"""
