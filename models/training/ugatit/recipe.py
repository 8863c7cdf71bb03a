"""How a run trains."""

from dataclasses import asdict, dataclass, field


@dataclass(frozen=True)
class Recipe:
    """What a run's weights depend on besides its method, data and schedule. The defaults are what is published;
    what deviates is an option."""

    shape: object  # the generators': a GeneratorShape or a ResnetShape
    discriminator_channels: int = 64
    pack: int = 1
    gain: float = 1.0
    weights: dict = field(default_factory=dict)  # of losses, where they are not the method's
    cycle_noise: float = 0.0
    average: float = 0.999
    pool: int = 0
    history: int = 0
    augment: tuple = ()
    hold: str = ""
    bf16: bool = False
    channels_last: bool = False
    compile: bool = False

    @classmethod
    def of_saved(cls, saved, shape_type):
        """From `asdict` of one, which may have had more options or fewer: an option that is younger had its
        default."""
        known = {name: saved[name] for name in cls.__dataclass_fields__ if name in saved}
        return cls(**known | {"shape": shape_type(**saved["shape"]), "augment": tuple(saved["augment"])})

    def differences(self, other):
        """What differs between this recipe and the other, in words."""
        ours, theirs = asdict(self), asdict(other)
        return [f"{name} {value!r} (now {theirs[name]!r})" for name, value in ours.items() if value != theirs[name]]
