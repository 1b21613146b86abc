"""The system of record: the documents, the stock and the books, down to the kernel (`erp.core`)."""
