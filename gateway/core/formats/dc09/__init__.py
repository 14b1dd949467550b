"""SIA DC-09: alarms over IP as alarm-receiving centres take them.  Pure."""
