"""The settings that every Mosquitto of ours has, with certificates or without."""

from typing import Final

COMMON: Final = """\
per_listener_settings false

# Alerts are kept by units and gateway, each on its own disk.  A broker's memory of them would
# only come back late and out of date.
persistence false
# How all stands, for listeners who come late: two topics of the gateway's, told anew every 10 s.
retain_available true
queue_qos0_messages false

# A message is at most 4 kB.  The queue is for a storm of presses, never for an absent gateway.
max_packet_size 16384
max_inflight_messages 1000
max_queued_messages 20000

# A unit whose plug was pulled is noticed.
max_keepalive 30
set_tcp_nodelay true
sys_interval 0

log_dest stderr
log_type error
log_type warning
log_type notice
"""
