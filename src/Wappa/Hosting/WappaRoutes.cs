namespace Wappa;

/// <summary>The bot's addresses.</summary>
public static class WappaRoutes
{
    /// <summary>Where WhatsApp posts its webhooks (<c>POST</c>) and registers them (<c>GET</c>).</summary>
    public const string Webhook = "/webhook/whatsapp";

    /// <summary>Whether the process answers.</summary>
    public const string Health = "/health";

    /// <summary>How well it can work.</summary>
    public const string Ready = "/health/ready";
}
