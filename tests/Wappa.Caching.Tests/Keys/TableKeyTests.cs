namespace Wappa.Caching.Tests.Keys;

public sealed class TableKeyTests
{
    [Theory]
    [InlineData("products:pizza_large", "products", "pizza_large")]
    [InlineData("a:b:c", "a", "b:c")]
    [InlineData("a::", "a", ":")]
    [InlineData("stats", "stats", "")]
    public void Parse_SplitsAtTheFirstColon(string composite, string table, string id)
    {
        var key = TableKey.Parse(composite);

        key.TableName.ShouldBe(table);
        key.RecordId.ShouldBe(id);
        key.IsTableLevel.ShouldBe(id.Length == 0);
        key.ToString().ShouldBe(composite);
    }

    [Theory]
    [InlineData(":")]
    [InlineData(":a")]
    [InlineData("a:")]
    public void Parse_NothingBesideTheColon_IsRefused(string composite) =>
        Should.Throw<FormatException>(() => TableKey.Parse(composite)).Message.ShouldContain("TableKey.Table");

    [Theory]
    [InlineData("")]
    [InlineData("a\nb:c")]
    public void Parse_ABadName_IsRefused(string composite) =>
        Should.Throw<ArgumentException>(() => TableKey.Parse(composite));

    [Fact]
    public void Create_ReplacesColonsByUnderscores()
    {
        TableKey.Create("user:profiles", "john:smith:123").ToString().ShouldBe("user_profiles:john_smith_123");
        TableKey.Create("a:b", "c").ShouldBe(TableKey.Create("a_b", "c"));
        TableKey.Row("a:b", "c").ShouldNotBe(TableKey.Row("a", "b:c"));
    }

    [Fact]
    public void Row_And_Table_AreNeverEqual()
    {
        TableKey.Row("a", "b").ShouldNotBe(TableKey.Table("a"));
        TableKey.Row("a", "b").ShouldBe(TableKey.Parse("a:b"));
        Should.Throw<ArgumentException>(() => TableKey.Row("a", ""));
        Should.Throw<ArgumentException>(() => TableKey.Row("", "a"));
        Should.Throw<ArgumentException>(() => TableKey.Table(""));
        Should.Throw<ArgumentException>(() => TableKey.Create("a", ""));
    }

    [Fact]
    public void Default_IsRefusedWhereARecordIsMeant() =>
        Should.Throw<ArgumentException>(() => RecordKey.Table("a", default)).Message.ShouldContain("TableKey.Row");

    [Fact]
    public void TableKey_HasNoConversions() =>
        typeof(TableKey).GetMethods().Select(method => method.Name)
            .ShouldNotContain(name => name == "op_Implicit" || name == "op_Explicit");
}
