using Microsoft.Extensions.DependencyInjection;
using Wappa.Caching;

namespace Wappa.Tests.Turns;

/// <summary>What Wappa keeps among an app's records is out of the app's reach, but for erasing a user.</summary>
public sealed class ReservedNameTests : IDisposable
{
    private static readonly RecordKey Own = RecordKey.User("hotel", "1", "wappa.mailbox");

    private readonly MemoryDocumentStore _store = new();

    public void Dispose() => _store.Dispose();

    private ICacheFactory Factory => CacheFactory.Over(_store);

    private UserCaches Caches => Factory.ForUser("hotel", "1");

    [Fact]
    public async Task Caches_RefuseNamesThatAreKept()
    {
        var caches = Caches;

        await Should.ThrowAsync<ArgumentException>(async () => await caches.User.GetAsync("wappa.mailbox"));
        await Should.ThrowAsync<ArgumentException>(async () => await caches.State.SetAsync("wappa.x", new { a = 1 }));
        await Should.ThrowAsync<ArgumentException>(async () => await caches.Table.GetAsync("wappa.deadletters", "1"));
        await Should.ThrowAsync<ArgumentException>(async () => await caches.Table.DeleteAllAsync("wappa.deadletters"));
        Should.Throw<ArgumentException>(() => caches.CreateBatch().User.Delete("wappa.mailbox"))
            .Message.ShouldContain("kept for Wappa's own records");
        Should.Throw<ArgumentException>(() => Factory.ForUser("wappa.inbox", "1"));
        Should.Throw<ArgumentException>(() => Factory.ForTenant("wappa.inbox"));
        await caches.User.SetAsync("wappa", new { a = 1 }); // only what begins with the dot's name
    }

    [Theory]
    [InlineData("")]
    [InlineData("w")]
    [InlineData("wappa.m")]
    public async Task Listings_AndDeletions_LeaveThemOut(string prefix)
    {
        await _store.ApplyAsync(Own, new RecordChange.Set(CacheDocument.Empty), TestContext.Current.CancellationToken);
        await Caches.User.SetAsync("wine", new { a = 1 });

        var names = new List<string>();
        await foreach (var item in Caches.User.ListAsync<CacheDocument>(prefix)) names.Add(item.Name);
        var deleted = await Caches.User.DeleteAllAsync(prefix);

        names.ShouldBe("wine".StartsWith(prefix, StringComparison.Ordinal) ? ["wine"] : []);
        deleted.ShouldBe(names.Count);
        (await _store.GetAsync(Own, TestContext.Current.CancellationToken)).IsHit.ShouldBeTrue();
        (await Caches.EraseAsync()).ShouldBe(names.Count == 0 ? 2 : 1);
    }

    [Theory]
    [InlineData("Wappa:Tenant")]
    [InlineData("Wappa:Tenants:770100200300402")]
    public async Task Options_WithATenantThatIsKept_StopTheStart(string option)
    {
        var error = await Should.ThrowAsync<Exception>(() => BotApp.StartAsync(
            builder => builder.Configuration[option] = "wappa.inbox"));

        error.ToString().ShouldContain("kept for Wappa's own records");
    }
}
