using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Wappa.Caching.Tests.Strategies.WriteBehind;

/// <summary>A write-behind cache in an app: one registration line, and the app's end empties its queue.</summary>
public sealed class WriteBehindHostTests
{
    [Fact]
    public async Task UpdateUser_CacheNowDatabaseAtTheEnd_IsWrittenWhenTheAppStops()
    {
        var users = new Ledger();
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddWappaCaching().AddSingleton(users).AddCacheStrategy<UserCache>().AddCacheStrategy<UserCache>();
        using var host = builder.Build();
        await host.StartAsync();
        var cache = host.Services.GetRequiredService<UserCache>();
        await cache.PutUserAsync("1", "Anna");
        (await cache.GetUserAsync("1")).ShouldBe("Anna");
        users.Rows.ShouldBeEmpty();
        cache.IsJournalled.ShouldBeFalse();
        await host.StopAsync();
        users.Rows["1"].ShouldBe("Anna");
        cache.QueueLength.ShouldBe(0);
    }

    private sealed class UserCache(CacheStrategyContext context, Ledger db) : WriteBehindCacheStrategy<string>(
        context, "users", TimeSpan.FromSeconds(300), new WriteBehindOptions { FlushDelay = TimeSpan.FromHours(1) })
    {
        public ValueTask PutUserAsync(string id, string name) => WriteAsync([id], name);

        public ValueTask<string> GetUserAsync(string id) => GetAsync([id]);

        protected override Task PersistAsync(WriteBehindBatch<string> batch, CancellationToken cancellationToken) =>
            db.WriteAsync(batch, cancellationToken);

        protected override Task<string> LoadAsync(CacheKeyParts key, CancellationToken cancellationToken) =>
            Task.FromResult(db.Rows.GetValueOrDefault(key.Text(0), "nobody"));
    }
}
