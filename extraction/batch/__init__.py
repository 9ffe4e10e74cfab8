"""Reading many documents: engines that all give the same evidence."""
