"""What the camera process reads of gateway.toml: it holds no key, and needs no other setting."""

from pydantic import ConfigDict

from gateway.config.settings import CameraSettings, FramesSettings, PicturesSettings
from service.settings import Settings


class CameraProcessSettings(Settings):
    """What the camera process must know of gateway.toml; no key and no secret of others."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    frames: FramesSettings
    pictures: PicturesSettings = PicturesSettings()
    camera: tuple[CameraSettings, ...] = ()
