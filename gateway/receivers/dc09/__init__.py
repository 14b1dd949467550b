"""The channels to alarm-receiving centres that take SIA DC-09: everything that is not pure."""
