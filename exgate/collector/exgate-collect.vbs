' exgate-collect.vbs: what exgate reads of an Exchange Server 2003 that has no WinRM.
'
'   cscript //nologo exgate-collect.vbs [OUTPUT_FOLDER]
'
' It writes one folder and changes nothing else on the server: it starts nothing, sets nothing, and
' reads no password. Whatever cannot be read is told on the screen and in the folder.
' It needs no more than Windows Server 2003 has: VBScript 5.6, WMI, ADSI, MSXML.

Option Explicit

' A reader that knows an older number refuses the file, so it grows whenever the meaning of a row changes.
Const SCHEMA_VERSION = "1"
Const SCRIPT_VERSION = "1.0"

Const OPERATING_SYSTEM = "SELECT Caption, CSDVersion, LocalDateTime, OSProductSuite, Version FROM Win32_OperatingSystem"
Const COMPUTER = "SELECT Name, Domain, PartOfDomain FROM Win32_ComputerSystem"
Const ADAPTERS = "SELECT IPAddress, DNSHostName, DNSDomain FROM Win32_NetworkAdapterConfiguration WHERE IPEnabled = TRUE"
Const SERVICES = "SELECT Name, State, StartMode, ProcessId FROM Win32_Service WHERE Name = 'IISADMIN' OR Name = 'W3SVC' OR Name = 'HTTPFilter' OR Name = 'MSExchangeIS' OR Name = 'MSExchangeSA'"
Const PROCESS = "SELECT CreationDate FROM Win32_Process WHERE ProcessId = {}"
Const RESOLUTION = "SELECT Address, ProtocolAddress, PrimaryAddressResolutionStatus FROM Win32_PingStatus WHERE "
Const IIS_VERSION = "SELECT MajorIIsVersionNumber, MinorIIsVersionNumber FROM IIsWebInfo"
Const EVENTS = "SELECT SourceName, EventCode, TimeGenerated, InsertionStrings, Message FROM Win32_NTLogEvent WHERE Logfile = 'Application' AND TimeGenerated >= '{since}' AND (SourceName = 'Server ActiveSync' OR SourceName = 'MSExchangeOMA')"
Const OLDER = "SELECT TimeGenerated FROM Win32_NTLogEvent WHERE Logfile = 'Application' AND TimeGenerated < '{since}'"

Const CIMV2 = "winmgmts:\\.\root\cimv2"
' IIS's provider wants sealed calls.
Const IIS_NAMESPACE = "winmgmts:{authenticationLevel=pktPrivacy}!\\.\root\MicrosoftIISv2"
Const REGISTRY = "winmgmts:\\.\root\default:StdRegProv"
' wbemFlagReturnImmediately + wbemFlagForwardOnly: nothing is kept, and the first record comes at once.
Const ONE_AFTER_ANOTHER = 48

Const METABASE_ROOT = "IIS://localhost/W3SVC"
Const METABASE_LOCATION = "/LM/W3SVC"
Const SITE_PROPERTIES = "AuthFlags,AccessSSLFlags,NTAuthenticationProviders,DefaultLogonDomain,ServerBindings,ServerComment"
Const VDIR_PROPERTIES = "AuthFlags,AccessSSLFlags,AccessFlags,NTAuthenticationProviders,DefaultLogonDomain,HttpRedirect,Path,ScriptMaps"
Const IP_SECURITY = "GrantByDefault,IPDeny,IPGrant,DomainDeny,DomainGrant"
' Values that are lists, also where Windows shows no list because it is empty.
Const LISTS = ",ServerBindings,ScriptMaps,IPDeny,IPGrant,DomainDeny,DomainGrant,IPAddress,InsertionStrings,"

' MetaBase.xml holds passwords and keys. The copy is written anew of nothing but these.
Const KEPT_PROPERTIES = ",AuthFlags,AccessSSLFlags,AccessFlags,NTAuthenticationProviders,DefaultLogonDomain,IPSecurity,Path,HttpRedirect,ScriptMaps,AppPoolId,ServerBindings,SecureBindings,ServerComment,"
Const KEPT_IDENTIFIERS = ",6000,6030,6016,6032,6012,6019,3001,6011,6014,9101,1023,2021,1015,45054,"
Const KEPT_OF_CUSTOM = ",Name,ID,Value,Type,UserType,Attributes,"

Const HKEY_LOCAL_MACHINE = &H80000002
Const MASSYNC = "SYSTEM\CurrentControlSet\Services\MasSync"
Const MASSYNC_PARAMETERS = "SYSTEM\CurrentControlSet\Services\MasSync\Parameters"
Const EXCHANGE_SETUP = "SOFTWARE\Microsoft\Exchange\Setup"
Const INETSTP = "SOFTWARE\Microsoft\InetStp"
Const WEB_SERVER_EXTENSIONS = "SOFTWARE\Microsoft\Shared Tools\Web Server Extensions"
' The names of the keys below it only: what is beside them holds connection strings.
Const PORTS = "SOFTWARE\Microsoft\Shared Tools\Web Server Extensions\Ports"
' Lower-case, without white space. Of all other values the name and the type are enough.
Const WANTED_VALUES = ",exchangevdir,servicesversion,servicepackbuild,majorversion,minorversion,"

Const DAYS_OF_EVENTS = 365
Const SYSTEM_FOLDER = 1

Const ALL_READ = 0
Const SOMETHING_NOT_READ = 1
Const NOTHING_WRITTEN = 2

Dim fileSystem, folder, table, seen
Dim valuesRead, partsNotRead, rowsLost, keysRead

WScript.Quit Main()

Function Main()
    On Error Resume Next
    Dim starts
    Main = NOTHING_WRITTEN
    starts = False
    valuesRead = 0
    partsNotRead = 0
    rowsLost = 0
    Set fileSystem = WScript.CreateObject("Scripting.FileSystemObject")
    Set seen = NewSet()
    starts = CanStart()
    If Err.Number <> 0 Then WScript.Echo "the script cannot run here: " & ErrorText(Err.Number, Err.Description)
    If Not starts Then Exit Function
    CollectWhatCanBe
    WriteHostFile
    WriteRow "about", "", "end", "", "", ""
    table.Close
    If rowsLost > 0 Then
        WScript.Echo "collected.csv could not be written completely (is the disk full?): " & folder
        Exit Function
    End If
    WScript.Echo "values read: " & valuesRead & "; could not be read: " & partsNotRead & "; written to: " & folder
    If partsNotRead > 0 Then Main = SOMETHING_NOT_READ Else Main = ALL_READ
End Function

Function CanStart()
    CanStart = False
    ' Under wscript.exe every line would be a window.
    If LCase(Right(WScript.FullName, 11)) <> "cscript.exe" Or WScript.Arguments.Count > 1 Then
        PrintUsage
        Exit Function
    End If
    folder = ComputerName()
    If WScript.Arguments.Count = 1 Then folder = WScript.Arguments(0)
    If folder = "/?" Or folder = "" Or Left(folder, 1) = "-" Then
        PrintUsage
        Exit Function
    End If
    folder = fileSystem.GetAbsolutePathName(folder)
    CanStart = PrepareFolder()
End Function

Sub PrintUsage()
    WScript.Echo "cscript //nologo exgate-collect.vbs [OUTPUT_FOLDER]"
    WScript.Echo ""
    WScript.Echo "Reads what exgate needs to know of this Exchange server, and writes it into a folder:"
    WScript.Echo "OUTPUT_FOLDER, or one with the computer's name in the current folder. It must be new or"
    WScript.Echo "empty. Nothing else is changed, and no password is read. Run it as an administrator."
    WScript.Echo ""
    WScript.Echo "Exit code: 0 everything was read, 1 something was not (see the screen), 2 nothing was written."
End Sub

Function PrepareFolder()
    On Error Resume Next
    PrepareFolder = False
    If fileSystem.FileExists(folder) Then
        WScript.Echo "there is a file of this name: " & folder
        Exit Function
    End If
    If fileSystem.FolderExists(folder) Then
        If fileSystem.GetFolder(folder).Files.Count + fileSystem.GetFolder(folder).SubFolders.Count > 0 Then
            WScript.Echo "the folder is not empty; name another one: " & folder
            Exit Function
        End If
    Else
        fileSystem.CreateFolder folder
    End If
    ' UTF-16, so that every name of every language survives.
    Set table = fileSystem.CreateTextFile(folder & "\collected.csv", False, True)
    If Err.Number <> 0 Then
        WScript.Echo "the folder cannot be written: " & folder & ": " & ErrorText(Err.Number, Err.Description)
        Err.Clear
        Exit Function
    End If
    PrepareFolder = True
End Function

Function ComputerName()
    ComputerName = WScript.CreateObject("WScript.Shell").Environment("PROCESS")("COMPUTERNAME")
End Function

' Every part fails for itself; this is for what nobody thought of.
Sub CollectWhatCanBe()
    On Error Resume Next
    Err.Clear
    CollectAll
    If Err.Number <> 0 Then WriteFailure "about", "the rest", "", "", ErrorText(Err.Number, Err.Description)
End Sub

Sub CollectAll()
    WriteRow "kind", "object", "name", "type", "value", "error"
    WriteRow "about", "", "schema", "", SCHEMA_VERSION, ""
    WriteRow "about", "", "script_version", "", SCRIPT_VERSION, ""
    WriteRow "about", "", "computer", "", ComputerName(), ""
    CollectQuery "wmi", "Win32_OperatingSystem", CIMV2, OPERATING_SYSTEM, 0
    CollectMoment
    CollectQuery "wmi", "Win32_ComputerSystem", CIMV2, COMPUTER, 0
    CollectQuery "wmi", "Win32_NetworkAdapterConfiguration", CIMV2, ADAPTERS, 0
    CollectResolution
    CollectQuery "wmi", "Win32_Service", CIMV2, SERVICES, 0
    CollectStart
    CollectQuery "wmi", "IIsWebInfo", IIS_NAMESPACE, IIS_VERSION, 0
    CollectKey MASSYNC_PARAMETERS, "values"
    CollectKey MASSYNC, "values"
    CollectKey EXCHANGE_SETUP, "values"
    CollectKey INETSTP, "values"
    CollectKey WEB_SERVER_EXTENSIONS, "subkeys"
    CollectKey PORTS, "subkeys"
    CollectEvents
    CollectMetabase
    CollectMetabaseFile
End Sub

' --- rows

' A row whose type ends with # tells how many there are, so that a list that is empty, or not complete, shows.
Sub WriteRow(kind, subject, name, tag, value, problem)
    On Error Resume Next
    Err.Clear
    table.Write Quoted(kind) & "," & Quoted(subject) & "," & Quoted(name) & "," & Quoted(tag) & "," & Quoted(value) & "," & Quoted(problem) & vbCrLf
    If Err.Number <> 0 Then rowsLost = rowsLost + 1
End Sub

Sub WriteValue(kind, subject, name, tag, value)
    valuesRead = valuesRead + 1
    If IsArray(value) Or InStr(LISTS, "," & name & ",") > 0 Then
        WriteList kind, subject, name, tag, value
    Else
        WriteRow kind, subject, name, tag, AsText(value), ""
    End If
End Sub

Sub WriteList(kind, subject, name, tag, value)
    Dim entry, number
    number = 0
    If IsArray(value) Then
        For Each entry In value
            WriteRow kind, subject, name, tag, AsText(entry), ""
            number = number + 1
        Next
    ElseIf AsText(value) <> "" Then
        WriteRow kind, subject, name, tag, AsText(value), ""
        number = 1
    End If
    WriteRow kind, subject, name, tag & "#", number, ""
End Sub

Sub WriteFailure(kind, subject, name, tag, problem)
    Dim what
    what = subject
    If name <> "" Then what = what & " " & name
    partsNotRead = partsNotRead + 1
    WriteRow kind, subject, name, tag, "", problem
    WScript.Echo "could not read: " & what & ": " & problem
End Sub

Function Quoted(value)
    Quoted = """" & Replace(CStr(value), """", """""") & """"
End Function

' CStr writes True in the language of Windows.
Function AsText(value)
    If IsNull(value) Or IsEmpty(value) Then
        AsText = ""
    ElseIf VarType(value) = vbBoolean Then
        If value Then AsText = "true" Else AsText = "false"
    Else
        AsText = CStr(value)
    End If
End Function

Function ErrorText(number, description)
    ErrorText = "error " & Hex(number)
    If description <> "" Then ErrorText = ErrorText & ", " & Replace(Replace(description, vbCr, " "), vbLf, " ")
End Function

' --- WMI

Sub CollectQuery(kind, subject, namespace, query, most)
    On Error Resume Next
    Err.Clear
    ReadQuery kind, subject, namespace, query, most
    If Err.Number <> 0 Then WriteFailure kind, subject, "", "", ErrorText(Err.Number, Err.Description)
End Sub

Sub ReadQuery(kind, subject, namespace, query, most)
    Dim service, item, names, name, number, value
    names = Split(Mid(query, 8, InStr(query, " FROM ") - 8), ", ")
    number = 0
    Set service = GetObject(namespace)
    For Each item In service.ExecQuery(query, "WQL", ONE_AFTER_ANOTHER)
        number = number + 1
        For Each name In names
            value = item.Properties_(name).Value
            WriteValue kind, subject, name, CStr(number), value
            If kind = "wmi" Then seen(subject & "|" & number & "|" & name) = value
        Next
        If number = most Then Exit For
    Next
    WriteRow kind, subject, "", "#", number, ""
    seen(subject) = number
End Sub

' How many instances of a class were shown.
Function CountOf(subject)
    CountOf = 0
    If seen.Exists(subject) Then CountOf = seen(subject)
End Function

Function SeenText(subject, number, name)
    SeenText = ""
    If seen.Exists(subject & "|" & number & "|" & name) Then SeenText = AsText(seen(subject & "|" & number & "|" & name))
End Function

' Win32_PingStatus tells what the server's own services find under its names.
Sub CollectResolution()
    Dim condition, name
    condition = ""
    For Each name In OwnNames()
        If condition <> "" Then condition = condition & " OR "
        condition = condition & "Address = '" & Replace(Replace(name, "\", "\\"), "'", "\'") & "'"
    Next
    If condition = "" Then
        WriteFailure "wmi", "Win32_PingStatus", "", "", "the server's own names could not be read"
    Else
        CollectQuery "wmi", "Win32_PingStatus", CIMV2, RESOLUTION & condition, 0
    End If
End Sub

' The host name alone and with each domain: the computer's own, and those of its network adapters.
Function OwnNames()
    Dim names, hosts, domains, number, host, domain
    Set names = NewSet()
    Set hosts = NewSet()
    Set domains = NewSet()
    OwnNames = Array()
    If CountOf("Win32_ComputerSystem") = 0 Then Exit Function
    If SeenText("Win32_ComputerSystem", 1, "PartOfDomain") = "true" Then Add domains, SeenText("Win32_ComputerSystem", 1, "Domain")
    For number = 1 To CountOf("Win32_NetworkAdapterConfiguration")
        Add hosts, SeenText("Win32_NetworkAdapterConfiguration", number, "DNSHostName")
        Add domains, SeenText("Win32_NetworkAdapterConfiguration", number, "DNSDomain")
    Next
    Add names, SeenText("Win32_ComputerSystem", 1, "Name")
    If hosts.Count = 0 Then Add hosts, SeenText("Win32_ComputerSystem", 1, "Name")
    For Each host In hosts.Items
        Add names, host
        For Each domain In domains.Items
            Add names, host & "." & domain
        Next
    Next
    OwnNames = names.Items
End Function

Function NewSet()
    Set NewSet = WScript.CreateObject("Scripting.Dictionary")
End Function

Sub Add(texts, text)
    If text <> "" And Not texts.Exists(LCase(text)) Then texts.Add LCase(text), text
End Sub

' Changes from before the last start of IIS Admin are in effect (step 23 of KB 817379).
Sub CollectStart()
    Dim number
    For number = 1 To CountOf("Win32_Service")
        If LCase(SeenText("Win32_Service", number, "Name")) = "iisadmin" And SeenText("Win32_Service", number, "State") = "Running" Then
            CollectQuery "wmi", "Win32_Process", CIMV2, Replace(PROCESS, "{}", SeenText("Win32_Service", number, "ProcessId")), 0
        End If
    Next
End Sub

' --- moments

Sub CollectMoment()
    On Error Resume Next
    Dim text
    Err.Clear
    text = Iso(Utc(SeenText("Win32_OperatingSystem", 1, "LocalDateTime")))
    If Err.Number <> 0 Then
        WriteFailure "about", "", "collected_at", "", ErrorText(Err.Number, Err.Description)
    Else
        WriteRow "about", "", "collected_at", "", text, ""
    End If
End Sub

' WMI writes the local time with its offset from UTC in minutes: 20260302043012.000000-480
Function Utc(text)
    Dim here, minutes
    here = DateSerial(CInt(Mid(text, 1, 4)), CInt(Mid(text, 5, 2)), CInt(Mid(text, 7, 2))) + TimeSerial(CInt(Mid(text, 9, 2)), CInt(Mid(text, 11, 2)), CInt(Mid(text, 13, 2)))
    minutes = CInt(Mid(text, 23))
    If Mid(text, 22, 1) = "+" Then minutes = -minutes
    Utc = DateAdd("n", minutes, here)
End Function

Function Iso(when)
    Iso = Year(when) & "-" & Two(Month(when)) & "-" & Two(Day(when)) & "T" & Two(Hour(when)) & ":" & Two(Minute(when)) & ":" & Two(Second(when)) & "Z"
End Function

Function Dmtf(when)
    Dmtf = Year(when) & Two(Month(when)) & Two(Day(when)) & Two(Hour(when)) & Two(Minute(when)) & Two(Second(when)) & ".000000+000"
End Function

Function Two(number)
    Two = Right("0" & number, 2)
End Function

' --- the Application log

Sub CollectEvents()
    On Error Resume Next
    Dim bound, started, hasStarted
    Err.Clear
    bound = DateAdd("d", -DAYS_OF_EVENTS, Utc(SeenText("Win32_OperatingSystem", 1, "LocalDateTime")))
    If Err.Number <> 0 Then
        WriteFailure "event", "bound", "", "", "the server's time could not be read"
        Exit Sub
    End If
    hasStarted = CountOf("Win32_Process") > 0
    If hasStarted Then started = Utc(SeenText("Win32_Process", 1, "CreationDate"))
    If Err.Number <> 0 Then hasStarted = False
    Err.Clear
    If hasStarted Then
        If started < bound Then bound = started
    End If
    WriteRow "event", "bound", "", "", Iso(bound), ""
    CollectQuery "event", "Win32_NTLogEvent", CIMV2, Replace(EVENTS, "{since}", Dmtf(bound)), 0
    ' One record from before a moment shows that the log has lost none of those after it.
    CollectQuery "event", "older than the bound", CIMV2, Replace(OLDER, "{since}", Dmtf(bound)), 1
    If hasStarted Then CollectQuery "event", "older than the start", CIMV2, Replace(OLDER, "{since}", Dmtf(started)), 1
End Sub

' --- the registry

Sub CollectKey(path, what)
    On Error Resume Next
    Dim provider
    Err.Clear
    ' Only StdRegProv shows a name in its real case; a value that is asked for by name is found in any.
    Set provider = GetObject(REGISTRY)
    If Err.Number = 0 Then
        If what = "values" Then ReadValues provider, path Else ReadSubkeys provider, path
    End If
    If Err.Number <> 0 Then WriteFailure "registry", "HKLM\" & path, "", what & "#", ErrorText(Err.Number, Err.Description)
End Sub

Sub ReadValues(provider, path)
    Dim result, names, kinds, number, most
    result = provider.EnumValues(HKEY_LOCAL_MACHINE, path, names, kinds)
    If Not WasRead(path, "values#", result) Then Exit Sub
    most = -1
    If IsArray(names) Then most = UBound(names)
    For number = 0 To most
        ReadValue provider, path, names(number), kinds(number)
    Next
    WriteRow "registry", "HKLM\" & path, "", "values#", most + 1, ""
End Sub

Sub ReadValue(provider, path, name, kind)
    Dim result, data
    result = 0
    data = ""
    If InStr(WANTED_VALUES, "," & Compact(name) & ",") = 0 Then
        WriteRow "registry", "HKLM\" & path, name, kind, "", "not asked for"
        Exit Sub
    End If
    Select Case kind
        Case 1: result = provider.GetStringValue(HKEY_LOCAL_MACHINE, path, name, data)
        Case 2: result = provider.GetExpandedStringValue(HKEY_LOCAL_MACHINE, path, name, data)
        Case 4: result = provider.GetDWORDValue(HKEY_LOCAL_MACHINE, path, name, data)
        Case 7: result = provider.GetMultiStringValue(HKEY_LOCAL_MACHINE, path, name, data)
    End Select
    If result <> 0 Then
        WriteFailure "registry", "HKLM\" & path, name, kind, "StdRegProv answered " & result
    ElseIf kind = 7 Then
        WriteList "registry", "HKLM\" & path, name, kind, data
        valuesRead = valuesRead + 1
    Else
        WriteValue "registry", "HKLM\" & path, name, kind, data
    End If
End Sub

Sub ReadSubkeys(provider, path)
    Dim result, names, name, number
    result = provider.EnumKey(HKEY_LOCAL_MACHINE, path, names)
    If Not WasRead(path, "subkeys#", result) Then Exit Sub
    number = 0
    If IsArray(names) Then
        For Each name In names
            WriteValue "registry", "HKLM\" & path, name, "subkey", ""
            number = number + 1
        Next
    End If
    WriteRow "registry", "HKLM\" & path, "", "subkeys#", number, ""
End Sub

' That a key does not exist is an answer too.
Function WasRead(path, tag, result)
    WasRead = (result = 0)
    If result = 2 Then
        WriteRow "registry", "HKLM\" & path, "", tag, "", "not found"
        valuesRead = valuesRead + 1
    ElseIf result <> 0 Then
        WriteFailure "registry", "HKLM\" & path, "", tag, "StdRegProv answered " & result
    End If
End Function

Function Compact(name)
    Dim blank, rest
    rest = LCase(name)
    For Each blank In Array(" ", vbTab, vbCr, vbLf, vbVerticalTab, vbFormFeed)
        rest = Replace(rest, blank, "")
    Next
    Compact = rest
End Function

' --- the metabase by ADSI: the values that are in force, inherited ones too

Sub CollectMetabase()
    On Error Resume Next
    Dim service
    Err.Clear
    keysRead = 0
    Set service = GetObject(METABASE_ROOT)
    If Err.Number = 0 Then ReadKeys service, METABASE_LOCATION
    If Err.Number <> 0 Then
        WriteFailure "adsi", METABASE_LOCATION, "", "#", ErrorText(Err.Number, Err.Description)
    Else
        WriteRow "adsi", METABASE_LOCATION, "", "#", keysRead, ""
    End If
End Sub

Sub ReadKeys(above, location)
    Dim key, place
    For Each key In above
        place = location & "/" & key.Name
        Select Case key.Class
            Case "IIsWebServer"
                ReadKey key, place, SITE_PROPERTIES
                ReadKeys key, place
            Case "IIsWebVirtualDir"
                ReadKey key, place, VDIR_PROPERTIES
                ReadKeys key, place
            Case "IIsWebDirectory", "IIsObject"
                ReadKeys key, place
        End Select
    Next
End Sub

Sub ReadKey(key, place, properties)
    Dim name
    keysRead = keysRead + 1
    WriteRow "adsi", place, "", key.Class, "", ""
    For Each name In Split(properties, ",")
        ReadProperty key, place, name
    Next
    ReadRestrictions key, place
End Sub

Sub ReadProperty(key, place, name)
    On Error Resume Next
    Dim value
    Err.Clear
    value = key.Get(name)
    If Err.Number <> 0 Then
        WriteFailure "adsi", place, name, key.Class, ErrorText(Err.Number, Err.Description)
    Else
        WriteValue "adsi", place, name, key.Class, value
    End If
End Sub

Sub ReadRestrictions(key, place)
    On Error Resume Next
    Dim security, granted
    Err.Clear
    Set security = key.IPSecurity
    granted = security.GrantByDefault
    If Err.Number <> 0 Then
        WriteFailure "adsi", place, "IPSecurity", key.Class, ErrorText(Err.Number, Err.Description)
        Exit Sub
    End If
    WriteValue "adsi", place, "GrantByDefault", key.Class, granted
    ReadAccessList key, place, security, "IPDeny", granted
    ReadAccessList key, place, security, "IPGrant", Not granted
    ReadAccessList key, place, security, "DomainDeny", granted
    ReadAccessList key, place, security, "DomainGrant", Not granted
End Sub

' Windows calls two of the lists valid only, those that count: another one is no failure, and lets nobody in or out.
Sub ReadAccessList(key, place, security, name, counts)
    On Error Resume Next
    Dim entries
    Err.Clear
    entries = AccessList(security, name)
    If Err.Number = 0 Then
        WriteValue "adsi", place, name, key.Class, entries
    ElseIf counts Then
        WriteFailure "adsi", place, name, key.Class, ErrorText(Err.Number, Err.Description)
    Else
        WriteValue "adsi", place, name, key.Class, Array()
    End If
End Sub

Function AccessList(security, name)
    Select Case name
        Case "IPDeny"
            AccessList = security.IPDeny
        Case "IPGrant"
            AccessList = security.IPGrant
        Case "DomainDeny"
            AccessList = security.DomainDeny
        Case "DomainGrant"
            AccessList = security.DomainGrant
    End Select
End Function

' --- MetaBase.xml: where the values are set, and Exchange's own property 45054, which ADSI does not show

Sub CollectMetabaseFile()
    On Error Resume Next
    Err.Clear
    CopyMetabase fileSystem.GetSpecialFolder(SYSTEM_FOLDER) & "\inetsrv\MetaBase.xml"
    If Err.Number <> 0 Then WriteFailure "about", "MetaBase.xml", "", "", ErrorText(Err.Number, Err.Description)
End Sub

Sub CopyMetabase(path)
    Dim original, pruned, loaded
    If Not fileSystem.FileExists(path) Then
        WriteFailure "about", "MetaBase.xml", "", "", "there is no " & path
        Exit Sub
    End If
    Set original = NewDocument()
    loaded = original.load(path & "")
    If Not loaded Then
        ' The parser's reason, not its srcText: that quotes the file.
        WriteFailure "about", "MetaBase.xml", "", "", ErrorText(original.parseError.errorCode, original.parseError.reason)
        Exit Sub
    End If
    Set pruned = NewDocument()
    pruned.appendChild pruned.createProcessingInstruction("xml", "version=""1.0""")
    pruned.appendChild CopyOf(original.documentElement, pruned)
    pruned.save folder & "\MetaBase.xml"
    valuesRead = valuesRead + 1
    WriteRow "about", "MetaBase.xml", "", "", "written", ""
End Sub

Function NewDocument()
    Dim document
    Set document = NewParser("MSXML2.DOMDocument.3.0")
    If document Is Nothing Then Set document = NewParser("MSXML2.DOMDocument.6.0")
    document.async = False
    document.resolveExternals = False
    document.validateOnParse = False
    Set NewDocument = document
End Function

Function NewParser(program)
    On Error Resume Next
    Set NewParser = Nothing
    Set NewParser = WScript.CreateObject(program)
End Function

' An element anew, of what is kept of it: an element without Location holds others, one with it holds properties.
Function CopyOf(element, document)
    Dim child, copied
    Set copied = document.createNode(1, element.nodeName, element.namespaceURI)
    CopyAttributes element, copied, KEPT_PROPERTIES & "Location,"
    For Each child In element.childNodes
        If child.nodeType = 1 Then
            If child.baseName = "Custom" Then
                If IsKept(child) Then CopyCustom child, copied, document
            Else
                copied.appendChild CopyOf(child, document)
            End If
        End If
    Next
    Set CopyOf = copied
End Function

Function IsKept(custom)
    Dim identifier
    IsKept = False
    Set identifier = custom.attributes.getNamedItem("ID")
    If Not identifier Is Nothing Then IsKept = InStr(KEPT_IDENTIFIERS, "," & identifier.value & ",") > 0
End Function

Sub CopyCustom(custom, into, document)
    Dim copied
    Set copied = document.createNode(1, custom.nodeName, custom.namespaceURI)
    CopyAttributes custom, copied, KEPT_OF_CUSTOM
    into.appendChild copied
End Sub

Sub CopyAttributes(element, into, names)
    Dim attribute
    For Each attribute In element.attributes
        If InStr(names, "," & attribute.name & ",") > 0 Then into.setAttribute attribute.name, attribute.value
    Next
End Sub

' --- host.yml: what only a person knows

Sub WriteHostFile()
    On Error Resume Next
    Dim file
    Err.Clear
    Set file = fileSystem.CreateTextFile(folder & "\host.yml", False, False)
    file.Write "# What this server is for. Take the # of the next line away and leave one of the four words:" & vbCrLf
    file.Write "# role: back-end | standalone | sbs | front-end" & vbCrLf
    file.Write CollectedLine() & vbCrLf
    file.Close
    If Err.Number <> 0 Then WriteFailure "about", "host.yml", "", "", ErrorText(Err.Number, Err.Description)
End Sub

Function CollectedLine()
    On Error Resume Next
    Err.Clear
    CollectedLine = "collected: " & Iso(Utc(SeenText("Win32_OperatingSystem", 1, "LocalDateTime")))
    If Err.Number <> 0 Then CollectedLine = "# collected: the server's time could not be read"
End Function
