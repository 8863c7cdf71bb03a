"""The networks of the ResNet family: CycleGAN (Zhu et al., ICCV 2017) and what was built on it - CyCADA, CUT,
DCLGAN, SimDCL.

Names and indices of the layers are those of the public code, so that checkpoints go both ways.
"""
