"""Training: readers of data sets, augmentation, the loop, scores, model card."""
