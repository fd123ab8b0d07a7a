"""What the Job is to do: the homes are its arguments, the rest is in its environment."""
import os
import tempfile
from dataclasses import dataclass


@dataclass(frozen=True)
class Settings:
    volume: str
    repository: str      # empty: no code
    ref: str
    code_path: str
    code_directory: str
    documents_path: str
    documents_key: str   # what the documents' folder is named after, beside what it holds
    documents_kept: tuple   # documents' folders that seats have, or may still be given
    links: tuple         # which of data and documents are linked into the homes
    homes: tuple
    keys: str            # where the Secret of the deploy key is mounted; empty: none was named
    protocols: str       # what git may speak
    private: str         # a folder of this process alone, outside the volume

    @staticmethod
    def of(arguments, environment):
        get = environment.get
        return Settings(
            volume=os.path.abspath(get("VOLUME", "/volume")),
            repository=get("REPOSITORY", ""), ref=get("REF", ""), code_path=get("CODE_PATH", "").strip("/"), code_directory=get("CODE_DIRECTORY", ""),
            documents_path=get("DOCUMENTS_PATH", "").strip("/"), documents_key=get("DOCUMENTS_KEY", ""), documents_kept=tuple(get("DOCUMENTS_KEPT", "").split()),
            links=tuple(get("LINKS", "").split()),
            homes=tuple(arguments), keys=get("KEYS", ""),
            protocols=get("PROTOCOLS", "https:http:ssh:git"), private=tempfile.mkdtemp(prefix="materials-"))

    @property
    def own(self):
        return os.path.join(self.volume, ".mesonet")

    @property
    def own_homes(self):
        return os.path.join(self.own, "homes")

    @property
    def work(self):
        return os.path.join(self.own, "work")
