using System.Text.Json;

namespace Wappa.EndToEnd;

/// <summary>The commands of the JSON cache sample, and the files they leave.</summary>
public class JsonCacheBotTests
{
    [Fact]
    public async Task Commands_InTheirOrder_AreAnsweredAndKept()
    {
        using var folder = new TemporaryFolder();
        await using (var bot = await StartAsync(folder))
        {
            (await bot.Chat.SayAsync("hello")).ShouldStartWith("👋 Welcome, Sarah!");
            (await bot.Chat.SayAsync("hello again")).ShouldStartWith("✅ Message received, Sarah!");
            (await bot.Chat.SayAsync("/EXIT")).ShouldStartWith("❓ You are not currently in WAPPA state.");
            (await bot.Chat.SayAsync("/wappa now")).ShouldStartWith("🎉 You are in wappa state, to exit wappa state write /EXIT");
            (await bot.Chat.SayAsync("what?")).ShouldBe("Hola Wapp@ ;)");
            await bot.StopAsync();
        }

        folder.Files().Count(TemporaryFolder.IsAlias).ShouldBe(1);
        folder.Files().Where(file => !TemporaryFolder.IsAlias(file)).ShouldBe([
            "state_cache/wappa_state_15550100001.json", "table_cache/msg_history_15550100001.json",
            "user_cache/keys/demo%3Auser%3A15550100001%3Awappa.mailbox.json", "user_cache/user_profile_15550100001.json",
        ]);
        ValueOf(folder, "user_cache/user_profile_15550100001.json").GetProperty("message_count").GetInt64().ShouldBe(5);

        await using (var bot = await StartAsync(folder))
        {
            (await bot.Chat.SayAsync("/HISTORY")).ShouldMatch(
                @"\A📚 Your Message History \(6 total messages\):\n\n01\. \d\d/\d\d \d\d:\d\d hello\n[\s\S]*06\. \S+ \S+ /HISTORY\z");
            (await bot.Chat.SayAsync("/EXIT")).ShouldMatch(
                @"\A👋 You are no longer in wappa state![\s\S]*Duration: \d+ seconds[\s\S]*Commands processed: 2");
            await bot.StopAsync();
        }

        folder.Files().ShouldNotContain("state_cache/wappa_state_15550100001.json");
    }

    [Fact]
    public async Task Stats_AfterSomeMessages_CountsWhatTheStoreWasAsked()
    {
        using var folder = new TemporaryFolder();
        await using var bot = await StartAsync(folder);
        await bot.Chat.SayAsync("hello");

        var stats = await bot.Chat.SayAsync("/STATS");

        stats.ShouldContain("✅ Connected");
        stats.ShouldContain("Cache type: JSON");
        stats.ShouldContain("Health: healthy");
        stats.ShouldContain("Messages logged: 2");
        stats.ShouldContain("WAPPA state: inactive");
        stats.ShouldMatch(@"Operations: [1-9]\d* \([1-9]\d* reads, [1-9]\d* writes\)");
        stats.ShouldMatch(@"Hit ratio: \d+ ?% \([1-9]\d* hits, [1-9]\d* misses\)");
    }

    [Fact]
    public async Task History_MoreThanAreShown_SaysSo()
    {
        using var folder = new TemporaryFolder();
        await using var bot = await StartAsync(folder, "--cache", "memory");
        for (var i = 1; i <= 21; i++) await bot.Chat.SayAsync($"message {i}");

        var history = await bot.Chat.SayAsync("/HISTORY");

        history.ShouldContain("(22 total messages)");
        history.ShouldContain("01. ");
        history.ShouldNotContain("21. ");
        history.ShouldEndWith("... showing last 20 of 22 messages");
    }

    private static Task<BotProcess> StartAsync(TemporaryFolder folder, params string[] args) =>
        BotProcess.StartAsync("JsonCacheBot", ["--cache-path", folder.Path, .. args]);

    private static JsonElement ValueOf(TemporaryFolder folder, string file) =>
        JsonDocument.Parse(folder.Read(file)).RootElement.GetProperty("value");
}
