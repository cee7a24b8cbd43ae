using System.Text.Json;

namespace Wappa.Emulator;

/// <summary>What a page asks for of a customer; what is not there stays as it is.</summary>
internal sealed record CustomerRequest(
    string? Name = null, string? Phone = null, string? Username = null, CustomerIdentity? Identity = null, string? UserId = null)
{
    private const int MaxNameLength = 60;

    /// <exception cref="ApiRefusal">It cannot be understood, or cannot be.</exception>
    internal static CustomerRequest Read(JsonElement body)
    {
        CustomerRequest request;
        try
        {
            request = Patch.Apply(new CustomerRequest(), body);
        }
        catch (JsonException)
        {
            throw ApiRefusal.Unreadable(
                "A customer has name, phone, username, userId (texts) and identity (phone, legacy or username).");
        }

        return request.Problem() is { } problem ? throw ApiRefusal.Unreadable(problem) : request;
    }

    private string? Problem() => this switch
    {
        { Name: { Length: > MaxNameLength } } => $"The name must have at most {MaxNameLength} characters.",
        { Phone: { Length: < 5 or > 15 } } => "The phone number must have 5 to 15 digits.",
        { Phone: { } phone } when !phone.All(char.IsAsciiDigit) => "The phone number must be digits only, without +.",
        { Username: { Length: > 0 } name } when name.Length is < 3 or > 35 ||
            !name.All(character => char.IsAsciiLetterLower(character) || char.IsAsciiDigit(character) || character is '.' or '_') =>
            "The username must have 3 to 35 of a-z, 0-9, point and underscore.",
        { UserId: { } id } when id is not "new" && !Wappa.Graph.Recipient.IsBsuid(id) =>
            "The user id must be \"new\" or look like US.1349….",
        _ => null,
    };

    /// <summary>The customer with the given fields set. An empty username takes it away.</summary>
    internal Customer Apply(Customer customer, LocalIds ids) => customer with
    {
        Name = Name ?? customer.Name,
        Phone = Phone ?? customer.Phone,
        Username = Username is "" ? null : Username ?? customer.Username,
        Identity = Identity ?? customer.Identity,
        UserId = UserId is "new" ? ids.User() : UserId ?? customer.UserId,
    };
}
