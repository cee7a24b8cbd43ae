using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Wappa.Caching.Redis.Tests.Servers;

namespace Wappa.Caching.Redis.Tests.Hosting;

/// <summary>A server of the test's own, as apps see it.</summary>
public abstract class HostingFixture : IAsyncLifetime
{
    private RedisServer? _server;

    private protected static CancellationToken Ct => TestContext.Current.CancellationToken;

    private protected RedisServer Server => _server ?? throw new InvalidOperationException("The test has not begun.");

    private protected string Url => Server.Url;

    private protected Task<object?> RawAsync(params string[] words) => Server.CallAsync(words);

    public async ValueTask InitializeAsync() => _server = await RedisServer.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private protected async Task<string[]> KeysAsync(int database)
    {
        await using var raw = await Server.ConnectAsync();
        await raw.CallAsync("SELECT", database.ToString(System.Globalization.CultureInfo.InvariantCulture));
        return [.. (await raw.ListAsync("KEYS", "*")).Order(StringComparer.Ordinal)];
    }

    private protected static ServiceProvider Build(Action<ICachingBuilder> use, Action<IServiceCollection>? add = null)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        add?.Invoke(services);
        return services.AddWappaCaching(use).BuildServiceProvider();
    }

    private protected static IHost BuildHost(Action<ICachingBuilder> use, LogLines? log = null)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new());
        if (log is not null) builder.Logging.AddProvider(log);
        builder.Services.AddWappaCaching(use);
        return builder.Build();
    }
}
