"""The container engine of this machine, where there is one."""
