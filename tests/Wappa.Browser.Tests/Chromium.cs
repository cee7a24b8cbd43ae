using Microsoft.Playwright;

[assembly: AssemblyFixture(typeof(Wappa.Browser.Tests.Chromium))]

namespace Wappa.Browser.Tests;

/// <summary>The browser all tests share; each opens a context of its own. A missing Chromium is a failure in CI and a visible skip
/// elsewhere.</summary>
public sealed class Chromium : IAsyncLifetime
{
    private static readonly string[] Places = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

    // Nothing of the browser's own business: no sandbox in a container, and no word to the network.
    private static readonly string[] Arguments =
    [
        "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
        "--no-first-run", "--disable-sync", "--disable-default-apps", "--mute-audio",
    ];

    private IPlaywright? _playwright;
    private IBrowser? _browser;

    /// <summary>How long a condition may take. A machine under load is slow; a condition that is met costs nothing.</summary>
    internal const float Patience = 20_000;

    public async ValueTask InitializeAsync()
    {
        var program = Places.FirstOrDefault(File.Exists);
        if (program is null) return;
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new() { ExecutablePath = program, Args = Arguments });
        Assertions.SetDefaultExpectTimeout(Patience);
    }

    /// <summary>A window of its own: no cookies, no storage, no clipboard of another test.</summary>
    internal async Task<IBrowserContext> OpenAsync(BrowserNewContextOptions? options = null)
    {
        if (_browser is null && Environment.GetEnvironmentVariable("CI") is not ("true" or "1"))
            Assert.Skip("Chromium is not installed: apt-get install chromium");
        _browser.ShouldNotBeNull("the browser tests need Chromium: apt-get install chromium");
        var context = await _browser.NewContextAsync(options ?? Windows.Desk);
        context.SetDefaultTimeout(Patience);
        return context;
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null) await _browser.DisposeAsync();
        _playwright?.Dispose();
    }
}
