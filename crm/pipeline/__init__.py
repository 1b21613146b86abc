"""What may become business: opportunities in stages and quotations until they are accepted.

Refuses the sales order itself (erp). Words: *opportunity*, *stage*, *quotation*, *accept*.
"""
