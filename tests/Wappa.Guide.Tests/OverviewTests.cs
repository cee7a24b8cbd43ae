using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Wappa.Guide.Tests;

public class OverviewTests
{
    // snippet: overview-handler
    public sealed record UserProfile(string Name, string Language = "en", string Subscription = "free");

    public sealed record Product(string Name, decimal Price, bool Available = true);

    public sealed class MyApp : WappaEventHandler
    {
        public override async Task HandleMessageAsync(MessageWebhook webhook, CancellationToken ct)
        {
            // State: where this user's conversation stands
            var order = new { step = "size", toppings = Array.Empty<string>() };
            await StateCache.SetAsync("pizza_order", order, ttl: TimeSpan.FromMinutes(30), ct);

            // User: who is speaking
            await UserCache.SetAsync("profile", new UserProfile("John"), cancellationToken: ct);

            // Table: what the business knows, shared by all its users
            var product = new Product("Large Pizza", 15.99m);
            await TableCache.SetAsync("products", "pizza_large", product, cancellationToken: ct);

            await Messenger.SendTextAsync("I will remember that.", webhook.User.UserId, ct);
        }
    }
    // end

    [Fact]
    public async Task HandleMessageAsync_Overview_FillsTheThreeCaches()
    {
        await using var conversation = await Conversation.StartAsync<MyApp>();

        (await conversation.SayAsync("hi")).ShouldBe(["I will remember that."]);

        (await conversation.Caches.State.GetFieldAsync<string>("pizza_order", "step")).ShouldBe("size");
        (await conversation.Caches.User.GetAsync<UserProfile>("profile")).ShouldBe(new UserProfile("John"));
        (await conversation.Caches.Table.GetAsync<Product>("products", "pizza_large"))
            .ShouldBe(new Product("Large Pizza", 15.99m));
    }

    [Fact]
    public async Task WappaBuilder_WithMemoryCache_BuildsAnApp()
    {
        string[] args =
            ["--urls", "http://127.0.0.1:0", "--environment", "Development", "--Logging:LogLevel:Default", "None"];

        // snippet: overview-builder
        var app = new WappaBuilder(args)
            .WithWhatsApp(token: "...", phoneId: "...", businessId: "...") // or nothing: WHATSAPP_* is read
            .WithMemoryCache() // or .WithJsonCache(): files that survive restarts and crashes
            .WithHandler<MyApp>()
            .Build();
        // end

        await app.StartAsync(TestContext.Current.CancellationToken);
        using var http = new HttpClient();
        (await http.GetStringAsync(new Uri(app.Urls.Single() + "/health"))).ShouldContain("healthy");
        app.Services.GetRequiredService<ICacheFactory>().Backend.ShouldBe("memory");
        await app.DisposeAsync();
    }

    [Fact]
    public async Task AddWappa_ExistingApp_GetsTheRoutes()
    {
        string[] args = ["--environment", "Development"];

        // snippet: overview-existing-app
        var builder = WebApplication.CreateBuilder(args);
        builder.Services.AddWappa(bot => bot.WithMemoryCache().WithHandler<MyApp>());

        var app = builder.Build();
        app.MapWappa(); // beside the app's own routes
        // end

        app.Services.GetRequiredService<ICacheFactory>().Backend.ShouldBe("memory");
        ((Microsoft.AspNetCore.Routing.IEndpointRouteBuilder)app).DataSources.SelectMany(source => source.Endpoints)
            .ShouldContain(endpoint => endpoint.DisplayName!.Contains("/webhook/whatsapp"));
        await app.DisposeAsync();
    }
}
