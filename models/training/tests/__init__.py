import torch

# The networks are so small that threads would mostly wait for one another: on busy cores that takes ten times as long.
torch.set_num_threads(1)
