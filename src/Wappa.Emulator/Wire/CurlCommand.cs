using System.Text;

namespace Wappa.Emulator;

/// <summary>An exchange as a command for a shell. The token is a variable of the shell.</summary>
internal static class CurlCommand
{
    private static readonly string[] Kept = ["Content-Type", "X-Hub-Signature-256"];

    internal static string Of(Exchange exchange)
    {
        var command = new StringBuilder("curl -X ").Append(exchange.Method).Append(' ').Append(Quote(exchange.Url));
        if (exchange.Kind is ExchangeKind.Graph) command.Append(" \\\n  -H \"Authorization: Bearer $WHATSAPP_ACCESS_TOKEN\"");
        foreach (var (name, value) in exchange.RequestHeaders)
        {
            if (Kept.Contains(name, StringComparer.OrdinalIgnoreCase)) command.Append(" \\\n  -H ").Append(Quote($"{name}: {value}"));
        }

        if (exchange.RequestBody.Length > 0) command.Append(" \\\n  --data-binary ").Append(Quote(exchange.RequestBody));
        return command.Append('\n').ToString();
    }

    // Within single quotes a shell reads everything as it is, but for the quote itself.
    private static string Quote(string text) => "'" + text.Replace("'", "'\\''", StringComparison.Ordinal) + "'";
}
