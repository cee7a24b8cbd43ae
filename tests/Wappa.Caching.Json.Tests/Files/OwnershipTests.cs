using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Wappa.Caching.Json.Files;

namespace Wappa.Caching.Json.Tests.Files;

/// <summary>Who has a folder, among several processes.</summary>
public sealed class OwnershipTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Folder => _folder.Root;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Take_BesideAnotherProcess_IsRefusedWithItsIdHostAndStart()
    {
        using var child = ChildProcess.Start("own", Folder);
        (await child.ReadAsync()).ShouldBe($"owner {child.Id}");
        using var owner = JsonDocument.Parse(await File.ReadAllTextAsync(_folder.Sub("owner.json")));
        var started = owner.RootElement.GetProperty("started").GetString();

        var refusal = Should.Throw<CacheStoreUnavailableException>(Take);

        refusal.Message.ShouldContain($"process {child.Id} on host {Environment.MachineName}, since {started}");
        FolderOwner.IsTaken(FileSystems.Default, Folder).ShouldBeTrue();
        (await child.EndAsync()).ShouldBeEmpty();
        Take().Dispose();
    }

    [Fact]
    public async Task Take_AfterTheOwnerWasKilled_SucceedsAtOnce()
    {
        using var child = ChildProcess.Start("own", Folder);
        await child.ReadAsync();
        await child.KillAsync();

        FolderOwner.IsTaken(FileSystems.Default, Folder).ShouldBeFalse();
        using var owner = Take();
        owner.ThrowIfLost();
    }

    [Fact]
    public async Task Take_AfterTheOwnerWasKilledWhileAProcessItStartedLives_Succeeds()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs sleep(1)");
        using var child = ChildProcess.Start("own", Folder, "--grandchild");
        var line = await child.ReadAsync();
        var id = int.Parse(line.ShouldNotBeNull().Split(' ')[2], CultureInfo.InvariantCulture);
        using var grandchild = Process.GetProcessById(id);
        try
        {
            await child.KillAsync();
            grandchild.HasExited.ShouldBeFalse();
            Take().Dispose(); // it has not inherited the lock
        }
        finally
        {
            grandchild.Kill();
        }
    }

    [Fact]
    public async Task ThrowIfLost_AfterTheLockFileWasDeletedAndTheFolderTaken_StopsTheOldOwner()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows does not let a locked file be deleted");
        using var child = ChildProcess.Start("own", Folder);
        await child.ReadAsync();
        await child.TellAsync("check");
        (await child.ReadAsync()).ShouldBe("mine");

        File.Delete(_folder.Sub("LOCK"));
        using var owner = Take();

        await child.TellAsync("check");
        (await child.ReadAsync()).ShouldNotBeNull().ShouldStartWith("lost ");
        await child.EndAsync();
        owner.ThrowIfLost(); // the old owner's end has not taken our name away
    }

    [Fact]
    public async Task Take_WithTheRuntimesLocksSwitchedOff_IsRefusedAllTheSame()
    {
        using var owner = Take();
        using var child = ChildProcess.Start(WithoutLocks, ChildProgram.Path, "own", Folder);
        (await child.ReadAsync()).ShouldNotBeNull().ShouldStartWith($"refused The cache folder is in use by process {Environment.ProcessId} ");
    }

    [Theory]
    [InlineData("unix", "lock ok")]
    [InlineData("portable", "lock Device")] // it notices that its lock keeps nobody out
    public async Task TryLock_WithTheRuntimesLocksSwitchedOff_WorksOrSaysThatItDoesNot(string disk, string expected)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows' locks cannot be switched off");
        using var child = ChildProcess.Start(WithoutLocks, ChildProgram.Path, "lock", disk, _folder.Sub("LOCK"));
        (await child.ReadAsync()).ShouldNotBeNull().ShouldStartWith(expected);
    }

    [Fact]
    public async Task Take_ByTwoProcessesInARace_IsGrantedToOneAtATime()
    {
        const int takings = 100;
        using var first = ChildProcess.Start("own-race", Folder, $"{takings}", "12");
        using var second = ChildProcess.Start("own-race", Folder, $"{takings}", "12");
        foreach (var child in new[] { first, second }) (await child.ReadAsync()).ShouldBe("ready");
        foreach (var child in new[] { first, second }) await child.TellAsync("go");

        var reports = new[] { await first.ReadAsync(), await second.ReadAsync() };

        var taken = 0;
        foreach (var report in reports)
        {
            var words = report.ShouldNotBeNull().Split(' ');
            words[5].ShouldBe("0", report); // overlaps
            taken += int.Parse(words[1], CultureInfo.InvariantCulture);
            TestContext.Current.TestOutputHelper?.WriteLine(report);
        }

        taken.ShouldBeGreaterThan(takings / 2); // a disk may be slow: the time is limited, too

        (await first.EndAsync()).ShouldBeEmpty();
        (await second.EndAsync()).ShouldBeEmpty();
    }

    private static Dictionary<string, string> WithoutLocks => new() { ["DOTNET_SYSTEM_IO_DISABLEFILELOCKING"] = "1" };

    private FolderOwner Take() => FolderOwner.Take(FileSystems.Default, Folder, TimeProvider.System);
}
