using System.Globalization;
using Wappa;
using Wappa.Caching;

namespace PizzaBot;

/// <summary>The products, as the table cache has them.</summary>
public static class Menu
{
    public const string Table = "products";

    public static readonly string[] Sizes = ["small", "medium", "large"];

    public static readonly string[] Toppings = ["pepperoni", "mushrooms", "cheese"];

    private static readonly (string Id, Product Product)[] Initial =
    [
        ("pizza_small", new("Small Pizza", 8.99m, "pizza")),
        ("pizza_medium", new("Medium Pizza", 12.99m, "pizza")),
        ("pizza_large", new("Large Pizza", 15.99m, "pizza")),
    ];

    /// <summary>Fills in what is missing; a price somebody changed stays as it is.</summary>
    public static async Task EnsureAsync(ITableCache table, CancellationToken ct)
    {
        foreach (var (id, product) in Initial)
            await table.CreateIfAbsentAsync(Table, id, product, cancellationToken: ct);
    }

    /// <summary>The price of a pizza of that size, in dollars.</summary>
    public static async Task<decimal> PriceAsync(ITableCache table, string size, CancellationToken ct)
    {
        var id = $"pizza_{size}";
        var product = await table.GetAsync<Product>(Table, id, ct);
        if (product is null)
        {
            await EnsureAsync(table, ct);
            product = await table.GetAsync<Product>(Table, id, ct);
        }

        return product!.Price;
    }

    /// <summary>The menu as a message.</summary>
    public static async Task<string> DescribeAsync(ITableCache table, CancellationToken ct)
    {
        var products = await ProductsAsync(table, ct);
        if (products.Count == 0)
        {
            await EnsureAsync(table, ct); // there was no cache at the start
            products = await ProductsAsync(table, ct);
        }

        var lines = products.OrderBy(product => product.Price).Select(product => $"• {product.Name}: {Dollars(product.Price)}");
        return $"🛒 *Menu*:\n{string.Join('\n', lines)}";
    }

    private static async Task<List<Product>> ProductsAsync(ITableCache table, CancellationToken ct)
    {
        var products = new List<Product>();
        await foreach (var row in table.ListAsync<Product>(Table, cancellationToken: ct)) products.Add(row.Value);
        return products;
    }

    public static string Dollars(decimal amount) => "$" + amount.ToString("0.00", CultureInfo.InvariantCulture);
}
