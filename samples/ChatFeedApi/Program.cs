using ChatFeedApi;

await using var app = ChatFeedApp.Build(args);
await app.RunAsync();
