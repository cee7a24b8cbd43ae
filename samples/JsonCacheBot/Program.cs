using JsonCacheBot;

await using var app = JsonCacheBotApp.Build(args);
await app.RunAsync();
