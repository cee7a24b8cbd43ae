namespace Wappa.Caching.Json.Tests.Store;

/// <summary>Looking at a folder without owning it.</summary>
public sealed class ReadOnlyTests : StoreFixture
{
    [Fact]
    public async Task View_BesideTheOwner_ShowsFilesAndJournal()
    {
        var owner = Open();
        await owner.ApplyAsync(Profile, Set("""{"n":1}"""));
        owner.Checkpoint();
        await owner.ApplyAsync(Order, Set("{}", TimeSpan.FromMinutes(1)));

        var view = Open(options => options.ReadOnly = true);
        (await TextAsync(view, Profile)).ShouldBe("""{"n":1}""");
        (await view.GetTtlAsync(Order)).Remaining.ShouldBe(TimeSpan.FromMinutes(1));
        var names = new List<string>();
        await foreach (var (key, _) in view.ListAsync(RecordSet.OfUser("hotel123", "+1234567890"))) names.Add(key.Name);
        names.Order().ShouldBe(["pizza_order", "profile"]);
    }

    [Fact]
    public async Task View_ASecondLater_ShowsWhatTheOwnerDid()
    {
        var owner = Open();
        await owner.ApplyAsync(Profile, Set("""{"n":1}"""));
        var view = Open(options => options.ReadOnly = true);
        (await TextAsync(view, Profile)).ShouldBe("""{"n":1}""");
        await owner.ApplyAsync(Profile, new RecordChange.Delete());
        owner.Checkpoint();
        Clock.Advance(TimeSpan.FromSeconds(1));

        (await view.GetAsync(Profile)).IsHit.ShouldBeFalse();
    }

    [Fact]
    public async Task View_OfAKilledOwner_ChangesNothingAndShowsEverything()
    {
        var owner = Open();
        await owner.ApplyAsync(Profile, Set("""{"n":1}"""));
        owner.Abandon();
        var before = Snapshot();

        var view = Open(options => options.ReadOnly = true);
        (await TextAsync(view, Profile)).ShouldBe("""{"n":1}""");
        view.Dispose();

        Snapshot().ShouldBe(before);
    }

    [Fact]
    public async Task View_Written_SaysWhatItIs()
    {
        Open().Dispose();
        var view = Open(options => options.ReadOnly = true);
        (await Should.ThrowAsync<CacheStoreUnavailableException>(view.ApplyAsync(Profile, Set("{}")).AsTask())).Message.ShouldContain("ReadOnly");
        await Should.ThrowAsync<CacheStoreUnavailableException>(view.DeleteAllAsync(RecordSet.OfUser("a", "b")).AsTask());
    }

    [Fact]
    public void View_OfNoFolder_IsRefused() =>
        Should.Throw<CacheStoreUnavailableException>(() => Open(options => options.ReadOnly = true)).Message.ShouldContain("no cache");

    [Fact]
    public void Folder_OpenedTwice_IsRefusedWithItsOwnersName()
    {
        Open();
        var refusal = Should.Throw<CacheStoreUnavailableException>(() => Open());
        refusal.Message.ShouldContain($"process {Environment.ProcessId} on host {Environment.MachineName}, since 2025-01-15T10:30:00");
        refusal.Message.ShouldContain("ReadOnly");
    }

    private string Snapshot() => string.Join('\n', Directory.GetFiles(Root, "*", SearchOption.AllDirectories).Order()
        .Select(file => $"{file} {new FileInfo(file).Length} {File.GetLastWriteTimeUtc(file):O}"));
}
