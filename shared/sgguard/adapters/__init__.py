"""The world: Tencent Cloud, stores, channels, the clock."""
