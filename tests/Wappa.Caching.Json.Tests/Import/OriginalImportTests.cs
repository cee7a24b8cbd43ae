using System.Text;
using Wappa.Caching.Json.Files;
using Wappa.Caching.Json.Import;
using Wappa.Caching.Json.Tests.Records;
using Wappa.Testing;

namespace Wappa.Caching.Json.Tests.Import;

/// <summary>A folder that the original left behind.</summary>
public sealed class OriginalImportTests
{
    private readonly DictionaryDisk _disk = new();
    private readonly OriginalImport _import;
    private readonly Quarantine _quarantine;

    public OriginalImportTests()
    {
        var time = new ManualTimeProvider();
        _import = new(_disk, "/cache", time);
        _quarantine = new(_disk, "/cache", time);
    }

    [Fact]
    public void Read_AFolderOfTheOriginal_FindsEveryRecord()
    {
        Put("users/a_1.json", "a:user:1");
        Put("states/a_1_state.json", "a:state:h:1", "a:state:i:1");
        Put("tables/a_tables.json", "a:df:t:pkid:1");
        Put("ai_states/a_1_ai_state.json", "a:aistate:x:1");

        _import.Read().Select(file => (file.Path, file.Records.Count, file.Problem)).ShouldBe([
            ("users/a_1.json", 1, ""), ("states/a_1_state.json", 2, ""), ("tables/a_tables.json", 1, ""),
            ("ai_states/a_1_ai_state.json", 1, "")]);
        _disk.Calls.ShouldBeEmpty();
    }

    [Fact]
    public void Read_WhatIsNotTheOriginals_IsPassedOver()
    {
        _disk.Put("/cache/users/a_1.json", RecordSamples.Write(RecordSamples.Image("{}")));
        _disk.Put("/cache/users/a_2.json", """{"key":"a:user:2","value":{}}"""u8);
        _disk.Put("/cache/users/a_3.json.tmp", """{"_metadata":{},"data":{}}"""u8);
        _disk.Put("/cache/users/notes.json", "[]"u8);
        _disk.Put("/cache/states/notes_of_mine.json", "[]"u8);
        _disk.Put("/cache/other/a_1.json", """{"_metadata":{},"data":{}}"""u8);
        _disk.Put("/cache/users/a_4.json/x", ""u8);

        _import.Read().ShouldBeEmpty();
    }

    [Fact]
    public void Read_AnEmptyOrMissingFolder_FindsNothing() => _import.Read().ShouldBeEmpty();

    [Fact]
    public void PutAside_AFileThatWasRead_IsKeptAsImported()
    {
        Put("users/a_1.json", "a:user:1");
        var content = _disk.Files["/cache/users/a_1.json"];

        foreach (var file in _import.Read()) _import.PutAside(file, _quarantine);

        _disk.Files.ShouldHaveSingleItem().ShouldBe(new("/cache/imported/users/a_1.json", content));
        _disk.Calls.ShouldBe([
            "mkdir /cache/imported/users", "move /cache/users/a_1.json /cache/imported/users/a_1.json",
            "syncdir /cache/imported/users", "syncdir /cache/users"]);
        _import.Read().ShouldBeEmpty();
    }

    [Fact]
    public void PutAside_AnotherFileOfThatName_NeverOverwrites()
    {
        _disk.Put("/cache/imported/users/a_1.json", "1"u8);
        _disk.Put("/cache/imported/users/a_1.1.json", "2"u8);
        Put("users/a_1.json", "a:user:1");

        _import.PutAside(_import.Read().Single(), _quarantine);

        _disk.Files.Keys.ShouldBe([
            "/cache/imported/users/a_1.1.json", "/cache/imported/users/a_1.2.json", "/cache/imported/users/a_1.json"]);
        _disk.Files["/cache/imported/users/a_1.json"].ShouldBe("1"u8.ToArray());
    }

    [Fact]
    public void PutAside_AFileWithAProblem_IsKeptInQuarantine()
    {
        Put("users/a_1.json", "a:user:1", "nobody");
        _disk.Put("/cache/tables/a_tables.json", "{\"_metadata\":{},\"data\":{\"a:df"u8);

        foreach (var file in _import.Read()) _import.PutAside(file, _quarantine);

        _disk.Files.Keys.ShouldBe([
            "/cache/quarantine/20250115T103000000-a_1.json", "/cache/quarantine/20250115T103000000-a_1.json.reason.json",
            "/cache/quarantine/20250115T103000000-a_tables.json",
            "/cache/quarantine/20250115T103000000-a_tables.json.reason.json"]);
        Encoding.UTF8.GetString(_disk.Files["/cache/quarantine/20250115T103000000-a_1.json.reason.json"])
            .ShouldContain("Record 2 has a key of no known form.");
        _quarantine.Count.ShouldBe(2);
    }

    [Fact]
    public void PutAside_Again_IsNoError()
    {
        Put("users/a_1.json", "a:user:1");
        var file = _import.Read().Single();

        _import.PutAside(file, _quarantine);
        _import.PutAside(file, _quarantine);

        _disk.Files.Keys.ShouldBe(["/cache/imported/users/a_1.json"]);
    }

    [Fact]
    public void PutAside_OnAReadOnlyDisk_ThrowsAndLeavesTheFile()
    {
        Put("users/a_1.json", "a:user:1");
        var file = _import.Read().Single();
        _disk.Fail = call => call.StartsWith("move", StringComparison.Ordinal) ? FileError.ReadOnly : null;

        Should.Throw<FileSystemException>(() => _import.PutAside(file, _quarantine)).Error.ShouldBe(FileError.ReadOnly);
        _disk.Files.Keys.ShouldBe(["/cache/users/a_1.json"]);
    }

    [Fact]
    public void Read_OnADiskThatFails_Throws()
    {
        Put("users/a_1.json", "a:user:1");
        _disk.Fail = call => call.StartsWith("read", StringComparison.Ordinal) ? FileError.Device : null;

        Should.Throw<FileSystemException>(() => _import.Read().ToArray());
    }

    private void Put(string path, params string[] keys) => _disk.Put("/cache/" + path, Encoding.UTF8.GetBytes(
        $$"""{"_metadata":{"expires_at":null},"data":{ {{string.Join(',', keys.Select(key => $"\"{key}\":{{}}"))}} } }"""));
}
