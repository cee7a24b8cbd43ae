using System.Text.Json;
using Wappa.Caching.Json.Files;

namespace Wappa.Caching.Json.Tests.Files;

/// <summary>Who has a folder, seen from one process.</summary>
public sealed class FolderOwnerTests : IDisposable
{
    private static readonly DateTimeOffset Noon = new(2025, 6, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly TemporaryFolder _folder = new();

    private string OwnerFile => _folder.Sub("owner.json");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Take_AFreeFolder_WritesWhoHasIt()
    {
        using var owner = Take();
        using var json = JsonDocument.Parse(File.ReadAllText(OwnerFile));
        json.RootElement.GetProperty("pid").GetInt32().ShouldBe(Environment.ProcessId);
        json.RootElement.GetProperty("host").GetString().ShouldBe(Environment.MachineName);
        json.RootElement.GetProperty("started").GetString().ShouldBe("2025-06-01T12:00:00.000Z");
        json.RootElement.GetProperty("token").GetString()!.Length.ShouldBe(32);
        owner.ThrowIfLost();
    }

    [Fact]
    public void Take_ASecondTimeInTheSameProcess_IsRefusedAndSaysSo()
    {
        using var owner = Take();
        var refusal = Should.Throw<CacheStoreUnavailableException>(Take);
        refusal.Message.ShouldContain("this process itself");
        refusal.Message.ShouldContain($"process {Environment.ProcessId} on host {Environment.MachineName}, since 2025-06-01T12:00:00.000Z");
        foreach (var wayOut in new[] { "stop", "Path", "ReadOnly", "Redis" }) refusal.Message.ShouldContain(wayOut);
        refusal.Message.ShouldNotContain(_folder.Root);
        owner.ThrowIfLost();
    }

    [Theory]
    [InlineData("")]
    [InlineData("{\"pid\":12,\"ho")]
    [InlineData("[1,2]")]
    [InlineData("{\"pid\":\"12\",\"host\":\"a\",\"started\":\"2025-06-01T12:00:00Z\",\"token\":\"t\"}")]
    [InlineData("{\"pid\":12,\"host\":\"a\\nb\",\"started\":\"2025-06-01T12:00:00Z\",\"token\":\"t\"}")]
    public void Take_BesideAnOwnerWhoseFileIsDamaged_IsRefusedClearly(string damaged)
    {
        using var owner = Take();
        File.WriteAllText(OwnerFile, damaged);
        var refusal = Should.Throw<CacheStoreUnavailableException>(Take);
        refusal.Message.ShouldContain("another process, whose 'owner.json' cannot be read");
        refusal.Message.ShouldContain("ReadOnly");
        Should.Throw<CacheStoreUnavailableException>(owner.ThrowIfLost);
    }

    [Fact]
    public void Take_BesideAnOwnerWhoseFileIsMissing_IsRefusedClearly()
    {
        using var owner = Take();
        File.Delete(OwnerFile);
        Should.Throw<CacheStoreUnavailableException>(Take).Message.ShouldContain("has not left its name");
        Should.Throw<CacheStoreUnavailableException>(owner.ThrowIfLost);
    }

    [Fact]
    public void Take_AfterACrash_ReplacesTheNameThatWasLeft()
    {
        Take().Abandon();
        var left = File.ReadAllText(OwnerFile);
        using var owner = Take();
        File.ReadAllText(OwnerFile).ShouldNotBe(left);
        owner.ThrowIfLost();
    }

    [Fact]
    public void Take_AfterACrashInTheMiddleOfTakingIt_Succeeds()
    {
        File.WriteAllText(OwnerFile + ".tmp", "{\"pi");
        using var owner = Take();
        owner.ThrowIfLost();
        File.Exists(OwnerFile + ".tmp").ShouldBeFalse();
    }

    [Fact]
    public void Dispose_OfTheOwner_RemovesItsNameAndKeepsTheLockFile()
    {
        Take().Dispose();
        Directory.EnumerateFiles(_folder.Root).Select(Path.GetFileName).ShouldBe(["LOCK"]);
    }

    [Fact]
    public void Dispose_AfterSomebodyElseTookTheFolder_LeavesTheirName()
    {
        var first = Take();
        if (OperatingSystem.IsWindows()) first.Abandon(); // a locked file cannot be deleted there
        File.Delete(_folder.Sub("LOCK"));
        using var second = Take();
        Should.Throw<CacheStoreUnavailableException>(first.ThrowIfLost).Message.ShouldContain("writes nothing more");
        first.Dispose();
        second.ThrowIfLost();
    }

    [Fact]
    public void ThrowIfLost_AfterTheOtherOwnerEnded_StillThrows()
    {
        var first = Take();
        if (OperatingSystem.IsWindows()) first.Abandon();
        File.Delete(_folder.Sub("LOCK"));
        Take().Dispose(); // it has written in between
        for (var i = 0; i < 2; i++) Should.Throw<CacheStoreUnavailableException>(first.ThrowIfLost);
        first.Dispose();
    }

    [Fact]
    public void ThrowIfLost_WhenItsOwnFileComesBack_StaysLost()
    {
        using var owner = Take();
        var mine = File.ReadAllText(OwnerFile);
        File.Delete(OwnerFile);
        Should.Throw<CacheStoreUnavailableException>(owner.ThrowIfLost);
        File.WriteAllText(OwnerFile, mine);
        Should.Throw<CacheStoreUnavailableException>(owner.ThrowIfLost);
    }

    [Fact]
    public void Take_InAMissingDirectory_SaysThatItCannotBeTaken()
    {
        var error = Should.Throw<CacheStoreUnavailableException>(() =>
            FolderOwner.Take(FileSystems.Default, _folder.Sub("none"), TimeProvider.System));
        error.InnerException.ShouldBeOfType<FileSystemException>().Error.ShouldBe(FileError.Missing);
    }

    [Fact]
    public void Take_WhenTheNameCannotBeWritten_LetsGoOfTheLock()
    {
        Directory.CreateDirectory(OwnerFile + ".tmp");
        Should.Throw<CacheStoreUnavailableException>(Take);
        Directory.Delete(OwnerFile + ".tmp");
        Take().Dispose();
    }

    [Fact]
    public void IsTaken_AtEachTimeOfAnOwnersLife_IsTrueWhileItLives()
    {
        IsTaken().ShouldBeFalse();
        Directory.EnumerateFiles(_folder.Root).ShouldBeEmpty(); // looking leaves nothing
        var owner = Take();
        IsTaken().ShouldBeTrue();
        owner.Dispose();
        IsTaken().ShouldBeFalse();
        Take().Abandon();
        IsTaken().ShouldBeFalse();
        File.Delete(_folder.Sub("LOCK"));
        IsTaken().ShouldBeFalse();
        File.Exists(_folder.Sub("LOCK")).ShouldBeFalse();
    }

    [Fact]
    public async Task Take_WhileOthersLook_IsNotRefusedForThat()
    {
        var done = false;
        var looking = Task.Run(() =>
        {
            while (!Volatile.Read(ref done)) IsTaken();
        });
        for (var i = 0; i < 50; i++)
        {
            // What a dead process has left makes those who look touch the lock.
            File.WriteAllText(OwnerFile, $$"""{"pid":{{int.MaxValue}},"host":"{{Environment.MachineName}}","started":"2025-06-01T12:00:00Z","token":"t"}""");
            Take().Dispose();
        }

        Volatile.Write(ref done, true);
        await looking;
    }

    private FolderOwner Take() => FolderOwner.Take(FileSystems.Default, _folder.Root, new FixedTime(Noon));

    private bool IsTaken() => FolderOwner.IsTaken(FileSystems.Default, _folder.Root);

    private sealed class FixedTime(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
