"""What is made: bills of materials, manufacturing orders, and the work in progress between issue and completion.

Refuses to know why something is made (the planner says so). Words: *bill of materials* (never "bill" alone), *component*,
*phantom*, *yield*, *scrap*, *release*, *issue*, *completion*, *work in progress*, *variance*, *roll-up*, *where-used*.
"""
