using System.Globalization;

namespace Wappa.Emulator;

/// <summary>The command line of a local WhatsApp that runs by itself.</summary>
internal sealed record StandaloneOptions
{
    internal const string Usage =
        """
        A WhatsApp on this machine, for any client in any language.

          --port N                 where it listens, on loopback only; 0: a free port. Default: 9000
          --webhook URL            where webhooks are posted (http or https). Required
          --secret S               the app secret webhooks are signed with. Default: one made up, which is printed
          --token T                the access token the client has to present. Default: one made up, which is printed
          --phone-number-id ID     letters and digits. Default: 100000000000002
          --display-number DIGITS  the business's number. Default: 15550199999
          --business-account-id ID letters and digits. Default: 100000000000001
          --seed N                 makes ids the same in every run

        """;

    private static readonly LocalIds Random = new(null);

    public int Port { get; init; } = 9000;

    public required Uri Webhook { get; init; }

    public string Secret { get; init; } = Random.Hex(16);

    public string Token { get; init; } = "EMULATOR" + Random.Hex(16).ToUpperInvariant();

    public string PhoneNumberId { get; init; } = LocalWhatsAppOptions.DefaultPhoneNumberId;

    public string DisplayNumber { get; init; } = LocalWhatsAppOptions.DefaultDisplayNumber;

    public string BusinessAccountId { get; init; } = LocalWhatsAppOptions.DefaultBusinessAccountId;

    public int? Seed { get; init; }

    /// <summary>Reads a command line: <c>--name value</c> or <c>--name=value</c>.</summary>
    /// <exception cref="FormatException">It cannot be understood; the text says why.</exception>
    internal static StandaloneOptions Parse(IReadOnlyList<string> args)
    {
        var values = Values(args);
        var webhook = values.GetValueOrDefault("--webhook") ?? throw new FormatException("--webhook URL is missing.");
        if (!Uri.TryCreate(webhook, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
            throw new FormatException("--webhook must be an http or https address in full.");
        var options = new StandaloneOptions { Webhook = url };
        foreach (var (name, value) in values) options = options.With(name, value);
        return options.PhoneNumberId != options.BusinessAccountId
            ? options : throw new FormatException("--phone-number-id and --business-account-id must differ.");
    }

    private StandaloneOptions With(string name, string value) => name switch
    {
        "--port" => this with { Port = Number(name, value, 65_535) },
        "--webhook" => this,
        "--secret" => this with { Secret = Word(name, value) },
        "--token" => this with { Token = Word(name, value) },
        "--phone-number-id" => this with { PhoneNumberId = Id(name, value) },
        "--display-number" => value.Length is >= 5 and <= 15 && value.All(char.IsAsciiDigit)
            ? this with { DisplayNumber = value } : throw new FormatException($"{name} must have 5 to 15 digits."),
        "--business-account-id" => this with { BusinessAccountId = Id(name, value) },
        "--seed" => this with { Seed = Number(name, value, int.MaxValue) },
        _ => throw new FormatException($"{name} is no option."),
    };

    private static Dictionary<string, string> Values(IReadOnlyList<string> args)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var index = 0; index < args.Count; index++)
        {
            var (name, value) = args[index].Split('=', 2) is [var left, var right] ? (left, right) : (args[index], null);
            value ??= ++index < args.Count ? args[index] : throw new FormatException($"{name} needs a value.");
            if (!values.TryAdd(name, value)) throw new FormatException($"{name} is given twice.");
        }

        return values;
    }

    private static int Number(string name, string value, int max) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= max
            ? number : throw new FormatException($"{name} must be a number from 0 to {max}.");

    private static string Word(string name, string value) => value.Length > 0 && value.All(character => character is > ' ' and <= '~')
        ? value : throw new FormatException($"{name} must be a word of ASCII characters.");

    private static string Id(string name, string value) => value.Length > 0 && value.All(char.IsAsciiLetterOrDigit)
        ? value : throw new FormatException($"{name} must be letters and digits.");
}
