using System.Globalization;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Wappa.Guide.Tests;

public class CatalogTests
{
    // snippet: catalog-setup
    public sealed record Product(string Name, decimal Price, string Category);

    /// <summary>Fills the table when the app starts. Rows that are there already are kept as they are.</summary>
    public sealed class CatalogSetup(ICacheFactory caches) : IHostedService
    {
        private static readonly Dictionary<string, Product> Products = new()
        {
            ["pizza_small"] = new("Small Pizza", 8.99m, "pizza"),
            ["pizza_large"] = new("Large Pizza", 15.99m, "pizza"),
            ["coke_can"] = new("Coke Can", 1.99m, "drinks"),
        };

        public async Task StartAsync(CancellationToken cancellationToken)
        {
            var table = caches.ForTenant("hotel123").Table;
            foreach (var (id, product) in Products)
                await table.CreateIfAbsentAsync("products", id, product, cancellationToken: cancellationToken);
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
    // end

    // snippet: catalog-handler
    public sealed class ProductCatalogHandler : WappaEventHandler
    {
        public override async Task HandleMessageAsync(MessageWebhook webhook, CancellationToken ct)
        {
            if (webhook.GetMessageText().Trim().Equals("menu", StringComparison.OrdinalIgnoreCase))
                await HandleBrowseProductsAsync(webhook, ct);
        }

        private async Task HandleBrowseProductsAsync(MessageWebhook webhook, CancellationToken ct)
        {
            var products = new List<Product>();
            await foreach (var row in TableCache.ListAsync<Product>("products", cancellationToken: ct))
                products.Add(row.Value);

            var menu = new StringBuilder("🛒 *Menu*:\n"); // one asterisk is bold in WhatsApp
            foreach (var product in products.OrderBy(product => product.Price))
                menu.Append(CultureInfo.InvariantCulture, $"• {product.Name}: ${product.Price}\n");
            await Messenger.SendTextAsync(menu.ToString(), webhook.User.UserId, ct);
        }
    }
    // end

    [Fact]
    public async Task ProductCatalogHandler_Menu_ListsWhatTheAppFilledIn()
    {
        await using var conversation = await Conversation.StartAsync<ProductCatalogHandler>(
            bot => bot.Services.AddHostedService<CatalogSetup>());

        (await conversation.SayAsync("menu")).ShouldBe(
            ["🛒 *Menu*:\n• Coke Can: $1.99\n• Small Pizza: $8.99\n• Large Pizza: $15.99\n"]);
    }
}
