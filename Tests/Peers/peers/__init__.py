"""The engines that ugatit is measured beside, each in a process of its own."""
