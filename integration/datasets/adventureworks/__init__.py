"""AdventureWorks (Microsoft's OLTP sample, 2014, MIT licence): a bicycle maker with bills of materials, vendors and stock."""
