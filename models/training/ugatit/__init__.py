"""U-GAT-IT (Kim et al., ICLR 2020) and its relatives in PyTorch: the networks, their training and their measurement.

The service itself is written in Swift and needs none of this. Parameter names are those of the public
PyTorch code, so that checkpoints go both ways.
"""
