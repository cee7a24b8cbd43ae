using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Wappa.Hosting;

/// <summary>Options that cannot work stop the app at its start, naming the option.</summary>
internal sealed class WhatsAppOptionsValidator(IHostEnvironment environment) : IValidateOptions<WhatsAppOptions>
{
    public ValidateOptionsResult Validate(string? name, WhatsAppOptions options) =>
        OptionsCheck.Run(() => options.ThrowIfInvalid(environment.IsDevelopment()));
}

/// <inheritdoc cref="WhatsAppOptionsValidator"/>
internal sealed class WappaOptionsValidator : IValidateOptions<WappaOptions>
{
    public ValidateOptionsResult Validate(string? name, WappaOptions options) => OptionsCheck.Run(options.ThrowIfInvalid);
}

/// <summary>One rule book for options made by hand and by configuration: the exception's text becomes the failure.</summary>
internal static class OptionsCheck
{
    internal static ValidateOptionsResult Run(Action throwIfInvalid)
    {
        try
        {
            throwIfInvalid();
            return ValidateOptionsResult.Success;
        }
        catch (ArgumentException error)
        {
            return ValidateOptionsResult.Fail(error.Message);
        }
    }
}
