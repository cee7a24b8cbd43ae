using System.ComponentModel;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Wappa.Caching.Redis.Hosting;

/// <summary>Reads <c>Primary</c>, <c>Replicated(2)</c> and <c>Replicated(2, 00:00:00.5)</c> from an app's configuration.</summary>
internal sealed partial class RedisDurabilityConverter : TypeConverter
{
    public override bool CanConvertFrom(ITypeDescriptorContext? context, Type sourceType) => sourceType == typeof(string);

    public override object ConvertFrom(ITypeDescriptorContext? context, CultureInfo? culture, object value)
    {
        var text = ((string)value).Trim();
        if (text.Equals(nameof(RedisDurability.Primary), StringComparison.OrdinalIgnoreCase)) return RedisDurability.Primary;
        if (Shape().Match(text) is { Success: true } match &&
            int.TryParse(match.Groups["replicas"].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var replicas))
        {
            if (!match.Groups["within"].Success) return RedisDurability.Replicated(replicas);
            if (TimeSpan.TryParse(match.Groups["within"].Value, CultureInfo.InvariantCulture, out var within))
                return RedisDurability.Replicated(replicas, within);
        }

        throw new FormatException(
            $"'{text}' is no durability of the Redis backend. Write Primary, Replicated(1) or Replicated(1, 00:00:01).");
    }

    [GeneratedRegex(
        @"^Replicated\(\s*(?<replicas>\d+)\s*(,\s*(?<within>[\d:.]+)\s*)?\)$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Shape();
}
