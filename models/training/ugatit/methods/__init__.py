"""The methods, each in a file of its own."""

from .cut import CUT
from .cycada import CyCADA
from .cyclegan import CycleGAN
from .dclgan import DCLGAN
from .fastcut import FastCUT
from .simdcl import SimDCL
from .ugatit import UGATIT

METHODS = {method.name: method for method in (UGATIT, CycleGAN, CUT, FastCUT, DCLGAN, SimDCL, CyCADA)}
