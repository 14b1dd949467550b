"""Who is who at a school: its authority, who may join, what the broker lets each do."""
