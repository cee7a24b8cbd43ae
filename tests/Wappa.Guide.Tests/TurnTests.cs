using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace Wappa.Guide.Tests;

/// <summary>The page on turns, in an app that is posted to.</summary>
public class TurnTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Handler_RunTwice_PlacesOneOrder()
    {
        Kitchen.Failures = 1;
        await using var app = await StartAsync<OrderHandler>();

        await PostAsync(app, "wamid.1");
        await app.StopAsync(Ct);

        var caches = app.Services.GetRequiredService<ICacheFactory>().ForUser("shop", "15550100001");
        var orders = 0;
        await foreach (var _ in caches.Table.ListAsync<Order>("orders", cancellationToken: Ct)) orders++;
        orders.ShouldBe(1);
        (await caches.User.GetFieldAsync<long>("stats", "orders", Ct)).ShouldBe(1);
    }

    [Fact]
    public async Task DeadLetters_Replayed_AreHandled()
    {
        Kitchen.Failures = int.MaxValue;
        await using var app = await StartAsync<OrderHandler>();
        await PostAsync(app, "wamid.2");
        var deadLetters = app.Services.GetRequiredService<IDeadLetters>();
        while (!await deadLetters.ListAsync("shop", Ct).AnyAsync(Ct)) await Task.Yield();
        Kitchen.Failures = 0;
        var ct = Ct;

        // snippet: turns-dead-letters
        await foreach (var letter in deadLetters.ListAsync("hotel123", ct))
        {
            Console.WriteLine($"{letter.Kind}, {letter.Attempts} attempts, {letter.ErrorType}");
            await deadLetters.ReplayAsync("hotel123", letter.Id, ct); // or DeleteAsync
        }
        // end

        await foreach (var letter in deadLetters.ListAsync("shop", ct)) await deadLetters.ReplayAsync("shop", letter.Id, ct);
        await app.StopAsync(ct);
        var caches = app.Services.GetRequiredService<ICacheFactory>().ForUser("shop", "15550100001");
        (await caches.User.GetFieldAsync<long>("stats", "orders", ct)).ShouldBe(1);
    }

    [Fact]
    public async Task HeldMessages_OfAnAppThatLostNone_AreNone()
    {
        await using var app = await StartAsync<OrderHandler>();
        var held = app.Services.GetRequiredService<IHeldMessages>();
        var ct = Ct;

        // snippet: turns-held
        await foreach (var message in held.ListAsync("hotel123", ct))
        {
            Console.WriteLine($"{message.Kind}, held since {message.HeldAt}");
            await held.ResendAsync("hotel123", message.Id, ct); // or DropAsync: take it for sent
        }
        // end

        (await held.ResendAsync("hotel123", "no-such-message", ct)).ShouldBeFalse();
        await app.StopAsync(ct);
    }

    private static async Task<WebApplication> StartAsync<THandler>()
        where THandler : WappaEventHandler
    {
        var builder = new WappaBuilder(["--environment", "Development", "--urls", "http://127.0.0.1:0", "--tenant", "shop"]);
        builder.Configuration["WHATSAPP_ACCESS_TOKEN"] = "unused";
        builder.Configuration["WHATSAPP_API_URL"] = "http://127.0.0.1:1"; // nobody is there: messages wait
        builder.Configuration["WHATSAPP_WEBHOOK_SECRET"] = "";
        builder.Services.Configure<WappaOptions>(options => options.Inbox.RetryDelay = TimeSpan.FromMilliseconds(1));
        var app = builder.WithMemoryCache().WithHandler<THandler>().Build();
        await app.StartAsync(Ct);
        return app;
    }

    private static async Task PostAsync(WebApplication app, string id)
    {
        using var http = new HttpClient { BaseAddress = new(app.Urls.First()) };
        using var body = new StringContent(
            $$"""
            {"object":"whatsapp_business_account","entry":[{"id":"1","changes":[{"field":"messages","value":{"metadata":
            {"phone_number_id":"2"},"messages":[{"id":"{{id}}","from":"15550100001","type":"text","text":{"body":"one"} }] } }]}]}
            """, Encoding.UTF8, "application/json");
        using var answer = await http.PostAsync(new Uri("/webhook/whatsapp", UriKind.Relative), body, Ct);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    // snippet: turns-handler
    public sealed record Order(string User, string Text);

    public sealed class OrderHandler : WappaEventHandler
    {
        public override async Task HandleMessageAsync(MessageWebhook webhook, CancellationToken ct)
        {
            // At once, and again if the turn is run again: the id makes it the same row each time.
            var order = new Order(webhook.User.UserId, webhook.GetMessageText());
            await TableCache.CreateIfAbsentAsync("orders", Turn.Id, order, cancellationToken: ct);

            // These three wait for the end of the turn. If it fails, none of them has happened.
            await StateCache.DeleteAsync("order", ct);
            var count = await UserCache.IncrementFieldAsync("stats", "orders", cancellationToken: ct);
            await Messenger.SendTextAsync($"Thank you! This is your order no. {count}.", webhook.User.UserId, ct);
            await Kitchen.NotifyAsync(order, key: Turn.Id, ct);
        }
    }
    // end

    private static class Kitchen
    {
        internal static int Failures { get; set; }

        internal static Task NotifyAsync(Order order, string key, CancellationToken ct) =>
            --Failures >= 0 ? throw new InvalidOperationException($"{order.GetType().Name} {key.Length}") : Task.CompletedTask;
    }
}
