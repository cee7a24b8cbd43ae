namespace Wappa.Guide.Tests;

public class SafeChangesTests : HandlerView
{
    public sealed record Profile(string Name, long MessageCount = 0, string? LastSeen = null);

    public sealed record Basket(ImmutableArray<string> Items, decimal Total = 0);

    [Fact]
    public async Task CreateIfAbsentAsync_TwoAtOnce_HaveOneWinner()
    {
        // snippet: changes-create
        WriteResult<Profile> created = await UserCache.CreateIfAbsentAsync("profile", new Profile("Sarah"));
        Profile profile = created.Value!; // what is there now, whoever created it
        bool isNew = created.Written;
        // end

        isNew.ShouldBeTrue();
        profile.Name.ShouldBe("Sarah");
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 200).Select(
            i => Task.Run(async () => await UserCache.CreateIfAbsentAsync("contest", new Profile($"user {i}")))));
        outcomes.Count(outcome => outcome.Written).ShouldBe(1);
        outcomes.Select(outcome => outcome.Value!.Name).Distinct().Count().ShouldBe(1);
    }

    [Fact]
    public async Task UpdateAsync_ManyAtOnce_LosesNone()
    {
        // snippet: changes-update
        Basket basket = await StateCache.UpdateAsync<Basket>("basket", current =>
        {
            current ??= new Basket([]);                  // missing: start here
            return current with { Items = current.Items.Add("pizza_large"), Total = current.Total + 15.99m };
        }, ttl: TimeSpan.FromMinutes(30));
        // end

        basket.Total.ShouldBe(15.99m);
        await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Task.Run(async () =>
            await StateCache.UpdateAsync<Basket>("basket", current => current! with { Total = current.Total + 1 }))));
        (await StateCache.GetAsync<Basket>("basket"))!.Total.ShouldBe(65.99m);
    }

    [Fact]
    public async Task ReplaceIfAsync_SomebodyWasFaster_IsRefused()
    {
        await UserCache.SetAsync("profile", new Profile("Sarah"));

        // snippet: changes-replace
        CacheResult<Profile> read = await UserCache.TryGetAsync<Profile>("profile");
        Profile renamed = read.Value! with { Name = "Sarah Johnson" };

        WriteResult<Profile> written = await UserCache.ReplaceIfAsync("profile", renamed, read.Revision);
        // written.Written is false if anybody changed the profile since it was read; written.Value is theirs
        // end

        written.Written.ShouldBeTrue();
        var late = await UserCache.ReplaceIfAsync("profile", read.Value! with { Name = "late" }, read.Revision);
        (late.Written, late.Outcome, late.Value!.Name)
            .ShouldBe((false, ChangeOutcome.RevisionMismatch, "Sarah Johnson"));
    }

    [Fact]
    public async Task CommitAsync_SeveralRecords_AllOrNothing()
    {
        await StateCache.SetAsync("pizza_order", new { step = "confirm" });
        var caches = Caches;

        // snippet: changes-batch
        CacheBatch batch = caches.CreateBatch();
        batch.State.Delete("pizza_order");
        batch.User
            .Increment("stats", "orders")
            .SetField("profile", "last_order", "order_12345")
            .Append("profile", "recent_orders", "order_12345", maxLength: 10);

        CommitResult result = await batch.CommitAsync(); // every change, or none; nobody sees half of it
        // end

        result.Committed.ShouldBeTrue();
        (await StateCache.ExistsAsync("pizza_order")).ShouldBeFalse();
        (await UserCache.GetFieldAsync<long>("stats", "orders")).ShouldBe(1);
        (await UserCache.GetFieldAsync<string[]>("profile", "recent_orders")).ShouldBe(["order_12345"]);
        await Should.ThrowAsync<InvalidOperationException>(async () => await batch.CommitAsync());
    }

    [Fact]
    public async Task CommitAsync_RevisionThatDiffers_ChangesNothing()
    {
        await StateCache.SetAsync("pizza_order", new { step = "confirm" });
        var caches = Caches;

        // snippet: changes-require
        var order = await StateCache.TryGetAsync<CacheDocument>("pizza_order");

        var batch = caches.CreateBatch();
        batch.State.Require("pizza_order", order.Revision).Delete("pizza_order");
        batch.User.Increment("stats", "orders");
        // end

        await StateCache.SetFieldAsync("pizza_order", "step", "size"); // somebody else, in between

        // snippet: changes-require-commit
        CommitResult result = await batch.CommitAsync();
        if (!result.Committed)
        {
            // result.RefusedAt is the position of the change that stood in the way; read again and decide anew
        }
        // end

        (result.Committed, result.RefusedAt).ShouldBe((false, 0));
        (await StateCache.GetFieldAsync<string>("pizza_order", "step")).ShouldBe("size");
        (await UserCache.ExistsAsync("stats")).ShouldBeFalse();
    }
}
