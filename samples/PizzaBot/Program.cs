using PizzaBot;

await using var app = PizzaBotApp.Build(args);
await app.RunAsync();
