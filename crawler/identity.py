"""The User-Agent of the crawler, which is set once all settings are merged."""

from scrapy.settings import SETTINGS_PRIORITIES, BaseSettings

from crawler.settings import user_agent


class Identity:
    """A Scrapy add-on, which sees the settings of the project, the command line and the spider together."""

    def update_settings(self, settings: BaseSettings) -> None:
        """Set USER_AGENT from KEPU_CONTACT, whatever its origin, unless USER_AGENT is set itself."""
        if (settings.getpriority("USER_AGENT") or 0) <= SETTINGS_PRIORITIES["project"]:
            settings.set("USER_AGENT", user_agent(settings.get("KEPU_CONTACT") or ""), priority="project")
