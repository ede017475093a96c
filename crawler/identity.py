"""Who the crawler says it is: a User-Agent that is made once all settings are merged."""

from scrapy.settings import SETTINGS_PRIORITIES, BaseSettings

from crawler.settings import user_agent


class Identity:
    """A Scrapy add-on, which sees the settings of the project, the command line and the spider together."""

    def update_settings(self, settings: BaseSettings) -> None:
        """Set USER_AGENT by KEPU_CONTACT, wherever that comes from, unless somebody set USER_AGENT itself."""
        if (settings.getpriority("USER_AGENT") or 0) <= SETTINGS_PRIORITIES["project"]:
            settings.set("USER_AGENT", user_agent(settings.get("KEPU_CONTACT") or ""), priority="project")
