namespace Wappa.Caching.Redis.Tests.Entries;

/// <summary>Other programs at our keys: a clear error, and nothing of theirs or ours is changed.</summary>
public sealed class EntryDamageTests : EntryFixture
{
    private const string Tag = "conversation";
    private const string Load = "%load:" + Key;
    private const string Version = "%tag:" + Tag;
    private const string Fences = "%fences";

    // The moments of fences go on with whatever is asked of them.
    private const string Snapshot = """
        local all = redis.call('KEYS', '*')
        table.sort(all)
        local text = ''
        for _, key in ipairs(all) do
          if key ~= '%fences' then text = text .. key .. redis.sha1hex(redis.call('DUMP', key)) end
        end
        return text
        """;

    private LoadFence _fence;

    public static TheoryData<string, string> Struck => new()
    {
        { Key, "get" }, { Key, "get many" }, { Key, "set" }, { Key, "set many" }, { Key, "add" }, { Key, "complete" }, { Key, "remove" },
        { Key, "ttl" }, { Key, "renew" },
        { Load, "set" }, { Load, "set many" }, { Load, "add" }, { Load, "begin" }, { Load, "complete" }, { Load, "remove" },
        { Version, "get" }, { Version, "get many" }, { Version, "set" }, { Version, "set many" }, { Version, "complete" },
        { Version, "ttl" }, { Version, "renew" }, { Version, "remove by tag" },
        { Fences, "begin" }, { Fences, "complete" }, { Fences, "remove by tag" },
    };

    public static TheoryData<string> Strings =>
        ["theirs", "W1", "W1 but no entry, although it has room for all that stands before the value of one", new string('x', 5_000)];

    [Theory, MemberData(nameof(Struck))]
    public async Task Operation_MeetsAnotherType_IsCorruptAndChangesNothing(string key, string operation)
    {
        await Store.SetAsync(Key, Entry("ours", Tag));
        _fence = await Store.BeginLoadAsync(Key);
        await RawAsync("DEL", key);
        await RawAsync("ZADD", key, "1", "theirs");
        var before = await RawAsync("EVAL", Snapshot, "0");

        var error = await Should.ThrowAsync<CacheStoreCorruptException>(() => RunAsync(operation));

        error.OutcomeUnknown.ShouldBeFalse();
        error.ToString().ShouldNotContain("123");
        (await RawAsync("EVAL", Snapshot, "0")).ShouldBe(before);
    }

    [Theory, MemberData(nameof(Strings))]
    public async Task Operation_MeetsAStringThatIsNoEntry_IsCorruptAndChangesNothing(string theirs)
    {
        await RawAsync("SET", Key, theirs);
        foreach (var operation in (string[])["get", "get many", "ttl", "renew"])
        {
            await Should.ThrowAsync<CacheStoreCorruptException>(() => RunAsync(operation), operation);
            (await RawAsync("GET", Key)).ShouldBe(theirs);
        }

        await Store.SetAsync(Key, Entry("ours", Tag));
        (await ReadAsync(Other, Key)).ShouldBe("ours");
    }

    [Fact]
    public async Task Removals_MeetWhatIsNoEntry_LeaveIt()
    {
        await RawAsync("SET", Key, "theirs");
        await RawAsync("RPUSH", "chat:v1:list", "theirs");
        await Store.SetAsync("chat:v1:ours", Entry("v", Tag));

        await Should.ThrowAsync<CacheStoreCorruptException>(async () => await Store.RemoveAsync(Key));
        (await Store.RemoveByPrefixAsync("chat:")).ShouldBe(1);

        (await KeysAsync()).ShouldBe([Version, Key, "chat:v1:list"], ignoreOrder: true);
    }

    [Fact]
    public async Task Add_OverAStringThatIsNoEntry_ReplacesIt()
    {
        await RawAsync("SET", Key, "theirs");
        (await Store.AddAsync(Key, Entry("ours"))).ShouldBeTrue();
        (await ReadAsync(Other, Key)).ShouldBe("ours");
    }

    [Fact]
    public async Task Loads_SpoiledByHand_AreRefusedAndBeginAnew()
    {
        foreach (var spoiled in (string[])["", "garbage", "1 2", "-1 -1 -1", new string('9', 40)])
        {
            var fence = await Store.BeginLoadAsync(Key);
            await RawAsync("SET", Load, spoiled);
            (await Store.CompleteLoadAsync(Key, Entry("stale"), fence)).ShouldBeFalse();
            await Store.RemoveAsync(Key);
            var next = await Store.BeginLoadAsync(Key);
            (await Store.CompleteLoadAsync(Key, Entry("v"), next)).ShouldBeTrue();
        }
    }

    [Fact]
    public async Task Scripts_FlushedAmongManyCalls_AreSentAgain()
    {
        await using var raw = await Harness.ConnectAsync();
        var workers = Enumerable.Range(0, 20).Select(worker => Task.Run(async () =>
        {
            for (var i = 0; i < 25; i++)
            {
                var key = $"chat:v1:{worker}:{i}";
                (await Store.AddAsync(key, Entry("added", "own"))).ShouldBeTrue();
                var fence = await Other.BeginLoadAsync(key);
                (await Other.CompleteLoadAsync(key, Entry($"{i}", Tag), fence)).ShouldBeTrue();
                (await ReadAsync(Store, key)).ShouldBe($"{i}");
            }
        })).ToArray();
        for (var i = 0; i < 20; i++) await raw.CallAsync("SCRIPT", "FLUSH");
        await Task.WhenAll(workers);

        (await Store.RemoveByPrefixAsync("chat:")).ShouldBe(500);
    }

    private async Task RunAsync(string operation)
    {
        var entry = Entry("new", Tag) with { Ttl = TimeSpan.FromHours(1) };
        switch (operation)
        {
            case "get": await Store.GetAsync(Key); break;
            case "get many": await Store.GetManyAsync([Key]); break;
            case "set": await Store.SetAsync(Key, entry); break;
            case "set many": await Store.SetManyAsync([new(Key, entry)]); break;
            case "add": await Store.AddAsync(Key, entry); break;
            case "begin": await Store.BeginLoadAsync(Key); break;
            case "complete": await Store.CompleteLoadAsync(Key, entry, _fence); break;
            case "remove": await Store.RemoveAsync(Key); break;
            case "remove by tag": await Store.RemoveByTagAsync(Tag); break;
            case "ttl": await Store.GetTtlAsync(Key); break;
            case "renew": await Store.RenewAsync(Key, TimeSpan.FromHours(2)); break;
            default: throw new ArgumentException($"'{operation}' is no operation of this suite.", nameof(operation));
        }
    }
}
