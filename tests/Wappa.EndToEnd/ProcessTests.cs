namespace Wappa.EndToEnd;

/// <summary>The samples as a newcomer starts them.</summary>
public class ProcessTests
{
    [Theory]
    [InlineData("PizzaBot")]
    [InlineData("JsonCacheBot")]
    public async Task Sample_StartedWithoutAnything_SaysWhereItsFilesAreAndWhereToTalkToIt(string name)
    {
        using var folder = new TemporaryFolder();
        await using var sample = await BotProcess.StartAsync(name, "--cache-path", folder.Path);

        sample.Output.ShouldContain(line => line.Contains($"is in {folder.Path},"));
        (await sample.Chat.SayAsync("hi")).ShouldNotBeEmpty();
    }

    [Fact]
    public async Task Ready_WithTheJsonCache_ListsItsCheck()
    {
        using var folder = new TemporaryFolder();
        await using var sample = await BotProcess.StartAsync("PizzaBot", "--cache-path", folder.Path);

        var page = await sample.Chat.Http.GetStringAsync("/health/ready");

        page.ShouldContain("\"status\":\"healthy\"");
        page.ShouldContain("\"wappa-cache-json\":\"healthy\"");
        page.ShouldNotContain(folder.Path);
    }

    [Fact]
    public async Task Sample_WithTheMemoryCache_LeavesNoFiles()
    {
        using var folder = new TemporaryFolder();
        await using var sample = await BotProcess.StartAsync("PizzaBot", "--cache", "memory", "--cache-path", folder.Path);

        await sample.Chat.SayAsync("hi");
        await sample.StopAsync();

        Directory.EnumerateFileSystemEntries(folder.Path).ShouldBeEmpty();
    }

    [Fact]
    public async Task Sample_WithACacheThatIsNotThere_EndsAndSaysWhatThereIs()
    {
        await using var sample = BotProcess.Start("PizzaBot", "--cache", "floppy");

        var (code, errors) = await sample.WaitForEndAsync();

        code.ShouldNotBe(0);
        errors.ShouldContain("memory, json or redis");
    }

    [Theory]
    [InlineData("Durability", "sometimes", "Wappa:Cache:Durability")]
    [InlineData("MaxJournalBytes", "5", "JsonStoreOptions.MaxJournalBytes")]
    public async Task Sample_WithAnOptionThatCannotWork_EndsAndNamesIt(string option, string value, string words)
    {
        using var folder = new TemporaryFolder();
        await using var sample = BotProcess.Start("PizzaBot", "--cache-path", folder.Path, $"--Wappa:Cache:{option}", value);

        var (code, errors) = await sample.WaitForEndAsync();

        code.ShouldNotBe(0);
        errors.ShouldContain(words);
    }
}
