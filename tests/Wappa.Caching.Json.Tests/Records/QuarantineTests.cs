using System.Text;
using System.Text.Json;
using Wappa.Caching.Json.Files;
using Wappa.Testing;

namespace Wappa.Caching.Json.Tests.Records;

/// <summary>What cannot be read is kept, with the reason beside it.</summary>
public sealed class QuarantineTests
{
    private const string Source = "/cache/states/hotel123_pizza_order_1.json";
    private const string Target = "/cache/quarantine/20250115T103000000-hotel123_pizza_order_1.json";
    private readonly DictionaryDisk _disk = new();
    private readonly Quarantine _quarantine;

    public QuarantineTests()
    {
        _quarantine = new(_disk, "/cache", new ManualTimeProvider());
        _disk.Put(Source, "{"u8);
    }

    [Fact]
    public void Take_AFile_MovesItBesideItsReason()
    {
        _quarantine.Take(Source, "It ends in the middle.");

        _disk.Files.Keys.ShouldBe([Target, Target + ".reason.json"]);
        _disk.Files[Target].ShouldBe("{"u8.ToArray());
        Encoding.UTF8.GetString(_disk.Files[Target + ".reason.json"]).ShouldBe(
            """
            {
              "file": "states/hotel123_pizza_order_1.json",
              "reason": "It ends in the middle.",
              "at": "2025-01-15T10:30:00Z"
            }

            """.ReplaceLineEndings("\n"));
        _quarantine.Count.ShouldBe(1);
    }

    [Fact]
    public void Take_AFile_HasTheReasonOnDiskBeforeItMoves()
    {
        _quarantine.Take(Source, "x");

        _disk.Calls.ShouldBe([
            $"create {Target}.reason.json", "mkdir /cache/quarantine", $"create {Target}.reason.json",
            $"write {Target}.reason.json", $"sync {Target}.reason.json", $"move {Source} {Target}",
            "syncdir /cache/quarantine", "syncdir /cache/states"]);
    }

    [Fact]
    public void Take_TwoOfOneNameAtOneInstant_KeepsBoth()
    {
        _quarantine.Take(Source, "one");
        _disk.Put(Source, "["u8);
        _disk.Put("/cache/quarantine/20250115T103000000-1-hotel123_pizza_order_1.json", "not ours"u8);

        _quarantine.Take(Source, "two");

        _disk.Files.Keys.Where(path => !path.EndsWith(".reason.json", StringComparison.Ordinal)).ShouldBe([
            "/cache/quarantine/20250115T103000000-1-hotel123_pizza_order_1.json",
            "/cache/quarantine/20250115T103000000-2-hotel123_pizza_order_1.json",
            Target]);
        _disk.Files.Count.ShouldBe(5);
        _quarantine.Count.ShouldBe(2);
    }

    [Fact]
    public void Take_AFileThatIsGone_LeavesNothingBehind()
    {
        _quarantine.Take("/cache/states/other.json", "x");

        _disk.Files.Keys.ShouldBe([Source]);
        _quarantine.Count.ShouldBe(0);
    }

    [Theory]
    [InlineData("create")]
    [InlineData("mkdir")]
    [InlineData("write")]
    [InlineData("sync ")]
    [InlineData("move")]
    public void Take_OnADiskThatFails_ThrowsAndLeavesTheFile(string call)
    {
        _disk.Fail = text => text.StartsWith(call, StringComparison.Ordinal) && !(call == "create" && _disk.Calls.Count == 1)
            ? FileError.ReadOnly : null;

        Should.Throw<FileSystemException>(() => _quarantine.Take(Source, "x")).Error.ShouldBe(FileError.ReadOnly);

        _disk.Files.Keys.ShouldBe([Source]);
        _quarantine.Count.ShouldBe(0);
    }

    [Fact]
    public void Take_WhenNothingCanBeDeletedEither_ThrowsTheFirstError()
    {
        _disk.Fail = text => text.StartsWith("move", StringComparison.Ordinal) ? FileError.Device
            : text.StartsWith("delete", StringComparison.Ordinal) ? FileError.ReadOnly : null;

        Should.Throw<FileSystemException>(() => _quarantine.Take(Source, "x")).Error.ShouldBe(FileError.Device);
        _disk.Files.ShouldContainKey(Source);
    }

    [Fact]
    public void Take_WhenTheDirectoryCannotBeSynced_ThrowsButHasTheFile()
    {
        _disk.Fail = text => text.StartsWith("syncdir", StringComparison.Ordinal) ? FileError.Device : null;

        Should.Throw<FileSystemException>(() => _quarantine.Take(Source, "x"));
        _disk.Files.ShouldContainKey(Target);
    }

    [Fact]
    public void Take_AfterSomebodyTidiedUp_MakesTheDirectoryAgain()
    {
        var disk = new DictionaryDisk();
        var quarantine = new Quarantine(disk, "/cache", new ManualTimeProvider());
        disk.Put("/cache/a.json", "1"u8);
        quarantine.Take("/cache/a.json", "x");
        disk.Forget("/cache/quarantine");
        disk.Put("/cache/a.json", "2"u8);

        quarantine.Take("/cache/a.json", "y");

        disk.Files["/cache/quarantine/20250115T103000000-a.json"].ShouldBe("2"u8.ToArray());
    }

    [Theory]
    [InlineData("a")]
    [InlineData("é")]
    [InlineData("🍕")]
    public void Take_TheLongestNames_StillFitsADisk(string character)
    {
        var name = string.Concat(Enumerable.Repeat(character, 250 / Encoding.UTF8.GetByteCount(character))) + ".json";
        _disk.Put("/cache/users/" + name, "{"u8);

        _quarantine.Take("/cache/users/" + name, "x");

        var kept = _disk.Files.Keys.Single(path => path.EndsWith(character + ".json", StringComparison.Ordinal));
        Encoding.UTF8.GetByteCount(Path.GetFileName(kept) + ".reason.json").ShouldBeInRange(250, 255);
        kept.ShouldNotContain('\uFFFD');
        using var reason = JsonDocument.Parse(_disk.Files[kept + ".reason.json"]);
        reason.RootElement.GetProperty("file").GetString().ShouldBe("users/" + name);
    }

    [Fact]
    public void Keep_Bytes_LeavesWhatIsThere()
    {
        _quarantine.Keep("00000017.jsonl", "{\"b\":1"u8, "A batch does not fit its checksum.");
        _quarantine.Keep("00000017.jsonl", "other"u8, "Again.");

        _disk.Files["/cache/quarantine/20250115T103000000-00000017.jsonl"].ShouldBe("{\"b\":1"u8.ToArray());
        _disk.Files["/cache/quarantine/20250115T103000000-1-00000017.jsonl"].ShouldBe("other"u8.ToArray());
        _disk.Files.ShouldContainKey(Source);
        _disk.Calls[^1].ShouldBe("syncdir /cache/quarantine");
        _quarantine.Count.ShouldBe(2);
    }

    [Fact]
    public void Keep_OnAFullDisk_ThrowsAndLeavesNothing()
    {
        _disk.Fail = text => text == "write /cache/quarantine/20250115T103000000-a" ? FileError.NoSpace : null;

        Should.Throw<FileSystemException>(() => _quarantine.Keep("a", "x"u8, "x")).Error.ShouldBe(FileError.NoSpace);
        _disk.Files.Keys.ShouldBe([Source]);
    }
}
