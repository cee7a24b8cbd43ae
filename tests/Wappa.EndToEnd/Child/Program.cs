using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Wappa;
using Wappa.EndToEnd.Child;

// A bot that is killed: it counts, keeps the order of what it was told, and answers.
var builder = new WappaBuilder(args).WithWhatsApp().WithConfiguredCache("json").WithHandler<CountingHandler>();
builder.Services.Configure<WappaOptions>(options =>
{
    options.Inbox.LeaseTime = TimeSpan.FromSeconds(1);
    options.Inbox.RetryDelay = TimeSpan.FromMilliseconds(50);

    // An item that is killed with its process is counted each time; here it is not the item's fault.
    options.Inbox.MaxAttempts = 100;
});
await using var app = builder.Build();
await app.StartAsync();
Console.WriteLine($"Listening at {app.Urls.First()}");
await app.WaitForShutdownAsync();
