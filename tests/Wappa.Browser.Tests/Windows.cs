using Microsoft.Playwright;

namespace Wappa.Browser.Tests;

/// <summary>The windows the page is looked at through. Motion is reduced, so that no screenshot shows half a movement.</summary>
internal static class Windows
{
    internal static BrowserNewContextOptions Desk => Window(1440, 900);

    internal static BrowserNewContextOptions Dark => Window(1440, 900, ColorScheme.Dark);

    internal static BrowserNewContextOptions Phone => Window(390, 800);

    private static BrowserNewContextOptions Window(int width, int height, ColorScheme scheme = ColorScheme.Light) => new()
    {
        ViewportSize = new() { Width = width, Height = height },
        ColorScheme = scheme,
        ReducedMotion = ReducedMotion.Reduce,
        Locale = "en-GB",
        Permissions = ["clipboard-read", "clipboard-write"],
    };
}
