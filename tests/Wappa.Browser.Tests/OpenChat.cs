using System.Net.Http.Json;

namespace Wappa.Browser.Tests;

/// <summary>One bot and one page for all tests of a class, for what each test only adds a message to.</summary>
public sealed class OpenChat : IAsyncLifetime
{
    internal RunningBot Bot { get; private set; } = null!;

    internal EmulatorPage Page { get; private set; } = null!;

    private readonly Chromium _chromium;

    public OpenChat(Chromium chromium) => _chromium = chromium;

    public async ValueTask InitializeAsync()
    {
        Bot = await RunningBot.StartAsync();
        // The bot writes first here, which the 24-hour window would not allow.
        using var answer = await Bot.Api.PutAsJsonAsync("settings", new { window = "off" });
        answer.EnsureSuccessStatusCode();
        Page = await EmulatorPage.OpenAsync(_chromium, Bot);
    }

    public async ValueTask DisposeAsync()
    {
        if (Page is not null) await Page.DisposeAsync();
        if (Bot is not null) await Bot.DisposeAsync();
    }
}
